/**
 * `EventSource` of the HTML Standard. The types are those of TypeScript's DOM
 * library; where the page has no `EventSource`, this one stands in for it.
 *
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export declare const EventSource: typeof globalThis.EventSource

declare global {
  /** The polyfill's class, whatever `EventSource` is. Set by `eventsource.js`. */
  var EventSourcePolyfill: typeof globalThis.EventSource
  /** The browser's own class; `undefined` if it has none. Set by `eventsource.js`. */
  var NativeEventSource: typeof globalThis.EventSource | undefined
}
