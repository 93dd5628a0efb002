import { EventSource } from 'eventsource-wasm/miniprogram'

EventSource.use({ request(options: { url: string }) {} })
const source = new EventSource('https://example.com/events')
source.onmessage = function (event) {
  const data: string = event.data
  if (data) source.close()
}
// @ts-expect-error
EventSource.use({})
