// The module's class and the class of a library that has the DOM are assignable to each other.

import { EventSource, type StreamEvent } from 'eventsource-wasm'

const source = new EventSource(new URL('/events', self.location.href))
const passes: globalThis.EventSource = source
globalThis.EventSource = EventSource
const target: EventTarget = source

function listener(event: MessageEvent) {}
source.onmessage = listener
source.addEventListener('message', listener)
source.addEventListener('price', listener, { signal: new AbortController().signal })
source.addEventListener('error', function (event: Event) { this.close() })
source.dispatchEvent(new MessageEvent('price'))
function take(event: StreamEvent) { const message: MessageEvent<string> = event }
