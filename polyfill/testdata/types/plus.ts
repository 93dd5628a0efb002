import { EventSource, type EventSourceInit, type StreamEvent } from 'eventsource-wasm/plus'

const init: EventSourceInit = {
  headers: async (attempt: number) => ({ Authorization: 'Bearer ' + attempt }),
  reconnect: { attempts: 5, statuses: [503] },
  redirect: 'follow',
  signal: new AbortController().signal,
}
const source = new EventSource('/events', init)
source.onerror = function (event) {
  const reason: string = event.reason
  if (event.status === 401 && !event.willReconnect) event.body().then((text: string) => console.log(reason, text))
}
source.addEventListener('comment', (event: StreamEvent) => console.log(event.data))
async function read(): Promise<string> {
  for await (const event of source) return event.data
  return source.lastEventId
}
read()

new EventSource('/events', { shared: true })
new EventSource('/events', { shared: '/scripts/eventsource-shared.js' })

// @ts-expect-error
new EventSource('/events', { shared: 1 })
// @ts-expect-error
new EventSource('/events', { order: 'loose' })
// @ts-expect-error
new EventSource('/events', { reconnect: true })
// @ts-expect-error
new EventSource('/events', { headers: 'a' })

fetch('/events').then(response => EventSource.fromReadableStream(response.body!).onmessage = event => console.log(event.data))
// @ts-expect-error
EventSource.fromReadableStream('/events')
