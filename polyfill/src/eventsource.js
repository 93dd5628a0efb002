// The EventSource interface: its shape, as Web IDL wants it.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface

import { define, attribute } from './define.js'
import { Source, close } from './source.js'
import { add, remove, dispatchFromPage, setHandler } from './listeners.js'
import { demand } from './url.js'

// What belongs to an EventSource object, out of the page's reach.
var sources = self.WeakMap ? new WeakMap() : {
  get: function (object) { return Object(object)._source },
  set: function (object, source) { Object.defineProperty(object, '_source', { value: source }) }
}

function sourceOf(object) {
  demand(sources.get(object), 'an EventSource as this')
  return sources.get(object)
}

// A property, so that engines name the function.
var named = {
  EventSource: function (url) {
    demand(this instanceof EventSource && !sources.get(this), 'new')
    demand(arguments.length, 'a URL')
    sources.set(this, new Source(this, ''.concat(url), arguments[1]))
  }
}
export var EventSource = named.EventSource

// Without EventTarget there is nothing to inherit from.
var parent = self.EventTarget || Object
var prototype = EventSource.prototype
EventSource.__proto__ = parent
prototype.__proto__ = parent.prototype
Object.defineProperty(EventSource, 'prototype', { writable: false })
if (self.Symbol) {
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true })
}
var constants = Object.freeze({ CONNECTING: 0, OPEN: 1, CLOSED: 2 })
define(EventSource, constants)
define(prototype, constants)
define(prototype, {
  get url() { return sourceOf(this).url_ },
  get withCredentials() { return sourceOf(this).withCredentials_ },
  get readyState() { return sourceOf(this).readyState_ },
  close: function () { close(sourceOf(this)) },

  // Methods of EventTarget that the interface inherits natively are its own here:
  // native ones know neither our objects nor our events.
  addEventListener: function (type, callback) {
    add(sourceOf(this), ''.concat(type), callback, arguments[2])
  },
  removeEventListener: function (type, callback) {
    remove(sourceOf(this), ''.concat(type), callback, arguments[2])
  },
  dispatchEvent: function (event) {
    return dispatchFromPage(sourceOf(this), event)
  }
})
;['open', 'message', 'error'].forEach(function (type) {
  function handle(event) {
    var callback = sourceOf(this).handlers_[type]
    if (typeof callback == 'function' && callback.call(this, event) === false) event.preventDefault()
  }
  attribute(prototype, 'on' + type, function () {
    return sourceOf(this).handlers_[type] || null
  }, function (callback) {
    setHandler(sourceOf(this), type, handle, callback)
  })
})
