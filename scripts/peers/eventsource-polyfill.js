import EventSource from 'eventsource-polyfill'

// It gives up a connection after so many bytes, to begin another.
EventSource.prototype.defaultOptions.bufferSizeLimit = 1 << 30

self.EventSource = EventSource
