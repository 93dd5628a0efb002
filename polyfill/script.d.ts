/** Types of the script, whether it is imported (`import 'eventsource-wasm/script'`) or loaded with a tag. */

import type { EventSource as Polyfill } from './index.js'

type Native = typeof globalThis extends { EventSource: infer Class } ? Class : typeof Polyfill

// The declarations of the libraries dom and webworker take precedence.
type InstanceStandIn = typeof globalThis extends { onmessage: any; EventSource: any } ? {} : Polyfill

declare global {
  /** The polyfill's class, whether or not it is installed as `EventSource`. */
  var EventSourcePolyfill: typeof Polyfill
  /** The browser's own class, or `undefined` if it has none. */
  var NativeEventSource: Native | undefined

  interface EventSource extends InstanceStandIn {}
  var EventSource: typeof globalThis extends { onmessage: any; EventSource: infer Class } ? Class : typeof Polyfill
}
