import { EventSourcePolyfill, NativeEventSource, EventSource } from 'eventsource-wasm/compat/event-source-polyfill'
import { fetchEventSource, EventStreamContentType, type EventSourceMessage } from 'eventsource-wasm/compat/fetch-event-source'

const source = new EventSourcePolyfill('/events', { headers: { Authorization: 'Bearer a' }, heartbeatTimeout: 60000 })
source.headers = { Authorization: 'Bearer b' }
source.onerror = function (event) { console.log(event.status, event.error) }
source.addEventListener('message', (event) => console.log(event.data.length))
const Class = NativeEventSource || EventSourcePolyfill
new Class('/events').close()
new EventSource('/events').close()

class FatalError extends Error { }
const done: Promise<void> = fetchEventSource('/events', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: '{}',
  signal: new AbortController().signal,
  credentials: 'include',
  openWhenHidden: true,
  async onopen(response) {
    if (!response.ok || response.headers.get('content-type') !== EventStreamContentType) throw new FatalError()
  },
  onmessage(event: EventSourceMessage) { console.log(event.id, event.event, event.data) },
  onclose() { throw new Error() },
  onerror(error) {
    if (error instanceof FatalError) throw error
    return 500
  },
})
done.then(() => console.log('done'))
fetchEventSource(new Request('/events'))

// @ts-expect-error
new EventSourcePolyfill('/events', { Transport: Object })
// @ts-expect-error
fetchEventSource('/events', { onmessage: 1 })
