import { EventSource } from 'eventsource-wasm/plus'
import { hide, observe, show, snapshot, watch } from 'eventsource-wasm/inspect'

const source: EventSource = watch(new EventSource('/events'))
const stop: () => void = observe((source, what, detail) => [what, source.url, detail].join())
stop()
show()
hide()
for (const stream of snapshot()) {
  const retry: number | undefined = stream.retryIn
  const texts: unknown[] = [stream.state, stream.lastError?.reason, retry, stream.recent.map((entry) => entry.data), source.url]
}
EventSourceInspect.snapshot()

// @ts-expect-error
watch('/events')
// @ts-expect-error
snapshot()[0].attempts
