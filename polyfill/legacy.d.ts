/** Types of the legacy file. Only the polyfill uses what it defines. */

export {}

declare global {
  var EventSourceLegacy: object | undefined
}
