// A request that the page's policy blocks. The argument says when the violation report
// comes: before the request fails, late (after it), or never. Prints readyState at the
// error event, and whether a timer came before it.

globalThis.self = globalThis
globalThis.location = new URL('https://page.example/')
const listeners = {}
globalThis.addEventListener = (type, listener) => { listeners[type] = listener }

let timers = 0
const { setTimeout } = globalThis
globalThis.setTimeout = (callback, delay) => {
  timers++
  return setTimeout(callback, delay)
}

const when = process.argv[2]
globalThis.fetch = url => {
  const report = () => listeners.securitypolicyviolation({ disposition: 'enforce', effectiveDirective: 'connect-src', blockedURI: url })
  if (when == 'before') report()
  if (when == 'late') setImmediate(report)
  return Promise.reject(new TypeError('blocked'))
}

const { EventSource } = require('../dist/eventsource.cjs')
const source = new EventSource('https://page.example/events')
source.onerror = () => {
  console.log(source.readyState, timers ? 'after a timer' : 'at once')
  source.close()
}
