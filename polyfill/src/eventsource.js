// The EventSource interface: its shape, as Web IDL wants it.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface

import { define, demand, hide } from './webidl.js'
import { Source, close, CONNECTING, OPEN, CLOSED } from './source.js'
import { add, remove, dispatchFromPage, handler, setHandler } from './listeners.js'

// What is behind an object is its _source. Where there is none, this is no
// EventSource, and a TypeError comes of it.
export function EventSource(url) {
  demand(this instanceof EventSource && arguments.length, 'new and a URL')
  hide(this, '_source', new Source(this, ''.concat(url), arguments[1]))
}

// Without EventTarget there is nothing to inherit from.
var parent = self.EventTarget || Object
var prototype = EventSource.prototype
EventSource.__proto__ = parent
prototype.__proto__ = parent.prototype
Object.defineProperty(EventSource, 'prototype', { writable: false })
if (self.Symbol) {
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true })
}
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

  // Methods of EventTarget that the interface inherits natively are its own here:
  // native ones know neither our objects nor our events.
  addEventListener: function (type, callback) {
    demand(arguments.length > 1, 'a type and a listener')
    add(this._source, ''.concat(type), callback, arguments[2])
  },
  removeEventListener: function (type, callback) {
    demand(arguments.length > 1, 'a type and a listener')
    remove(this._source, ''.concat(type), callback, arguments[2])
  },
  dispatchEvent: function (event) {
    return dispatchFromPage(this._source, event)
  }
})
