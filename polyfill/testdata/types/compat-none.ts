import { EventSourcePolyfill } from 'eventsource-wasm/compat/event-source-polyfill'
import { fetchEventSource } from 'eventsource-wasm/compat/fetch-event-source'

new EventSourcePolyfill('/events').onmessage = (event) => event.data.length
fetchEventSource('/events', { onmessage: (event) => { event.data.length } })
