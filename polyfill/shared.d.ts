/** Types of the file for shared connections. Only the polyfill uses what it defines. */

export {}

declare global {
  var EventSourceShared: ((...arguments: any[]) => any) | undefined
}
