// The EventSource interface as pages see it.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface

import { define, demand, hide, FAILED } from './webidl.js'
import { Source, close, CONNECTING, OPEN, CLOSED } from './source.js'
import { add, remove, dispatchFromPage, handler, setHandler } from './listeners.js'
import { tier } from './tier.js'

// An object keeps its Source in _source. On an object without one, members throw a
// TypeError, as Web IDL requires.
export function EventSource(url) {
  demand(this instanceof EventSource && arguments.length, FAILED + "use 'new' with a URL")
  hide(this, '_source', new Source(this, ''.concat(url), arguments[1]))
}

// Some engines have no EventTarget.
var parent = self.EventTarget || Object
var prototype = EventSource.prototype
EventSource.__proto__ = parent
prototype.__proto__ = parent.prototype
Object.defineProperty(EventSource, 'prototype', { writable: false })
if (self.Symbol) {
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true })
}
hide(EventSource, 'version', VERSION)
define(EventSource, { get tier() { return tier } })
var constants = Object.freeze({ CONNECTING: CONNECTING, OPEN: OPEN, CLOSED: CLOSED })
define(EventSource, constants)
define(prototype, constants)
define(prototype, {
  get url() { return this._source.url_ },
  get withCredentials() { return this._source.withCredentials_ },
  get readyState() { return this._source.readyState_ },
  get onopen() { return handler(this._source, 'open') },
  set onopen(callback) { setHandler(this._source, 'open', callback) },
  get onmessage() { return handler(this._source, 'message') },
  set onmessage(callback) { setHandler(this._source, 'message', callback) },
  get onerror() { return handler(this._source, 'error') },
  set onerror(callback) { setHandler(this._source, 'error', callback) },
  close: function () { close(this._source) },

  // The methods that a native EventSource inherits from EventTarget. The inherited
  // ones would throw on our objects and events.
  addEventListener: function (type, callback) {
    demand(arguments.length > 1, 'addEventListener: 2 arguments required')
    add(this._source, ''.concat(type), callback, arguments[2])
  },
  removeEventListener: function (type, callback) {
    demand(arguments.length > 1, 'removeEventListener: 2 arguments required')
    remove(this._source, ''.concat(type), callback, arguments[2])
  },
  dispatchEvent: function (event) {
    return dispatchFromPage(this._source, event)
  }
})
