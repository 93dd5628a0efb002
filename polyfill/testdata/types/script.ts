// The script's globals, with or without a library that has the DOM.

import 'eventsource-wasm/script'
import 'eventsource-wasm/legacy'

const source: EventSource = new EventSource('/events')
source.onmessage = (event) => { const data: string = event.data }
const native: boolean = EventSource === NativeEventSource
new EventSourcePolyfill('/events').close()
const legacy: boolean = EventSourceLegacy !== undefined

// @ts-expect-error: the browser may have none
new NativeEventSource('/events')
// @ts-expect-error: the script exports nothing
import { EventSource as None } from 'eventsource-wasm/script'
