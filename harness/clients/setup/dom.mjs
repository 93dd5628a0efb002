// Gives Node the globals of a window, as test runners do that run tests in a DOM.

// Classes that Node has too, and the window's replace.
const replaced = ['AbortController', 'AbortSignal', 'DOMException', 'Event', 'EventTarget', 'MessageEvent', 'navigator']

export function install(window) {
  for (const key of Object.getOwnPropertyNames(window)) {
    if (key in globalThis && !replaced.includes(key)) continue
    Object.defineProperty(globalThis, key, { value: window[key], writable: true, configurable: true })
  }
  globalThis.window = globalThis.self = globalThis
}
