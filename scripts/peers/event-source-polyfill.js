import { EventSourcePolyfill } from 'event-source-polyfill'

self.EventSource = EventSourcePolyfill
