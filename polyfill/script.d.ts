/** What the script defines: `import 'eventsource-wasm/script'`, or a tag. */

import type { EventSource as Polyfill } from './index.js'

type Native = typeof globalThis extends { EventSource: infer Class } ? Class : typeof Polyfill

// A declaration of the libraries dom and webworker goes first.
type InstanceStandIn = typeof globalThis extends { onmessage: any; EventSource: any } ? {} : Polyfill

declare global {
  /** The polyfill's class, whatever `EventSource` is. */
  var EventSourcePolyfill: typeof Polyfill
  /** The browser's own class; `undefined` if it has none. */
  var NativeEventSource: Native | undefined

  interface EventSource extends InstanceStandIn {}
  var EventSource: typeof globalThis extends { onmessage: any; EventSource: infer Class } ? Class : typeof Polyfill
}
