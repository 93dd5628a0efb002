import { EventSourcePolyfill } from 'event-source-polyfill'

window.EventSource = EventSourcePolyfill
