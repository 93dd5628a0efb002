import EventSource from 'eventsource-polyfill'

// The number of bytes after which it opens a new connection.
EventSource.prototype.defaultOptions.bufferSizeLimit = 1 << 30

self.EventSource = EventSource
