/** What the file for legacy engines defines. It is for the polyfill alone. */

export {}

declare global {
  var EventSourceLegacy: object | undefined
}
