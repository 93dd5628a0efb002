// The EventSource interface: its shape, as Web IDL wants it.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface

import { describe, method, rename, attributes } from './describe.js'
import { Source } from './source.js'

// What belongs to an EventSource object, out of the page's reach.
var sources = self.WeakMap ? new WeakMap() : {
  get: function (object) { return Object(object).source_ },
  set: function (object, source) { Object.defineProperties(object, { source_: { value: source } }) }
}

function sourceOf(object) {
  var source = sources.get(object)
  if (!source) throw new TypeError('this is no EventSource')
  return source
}

export function EventSource(url) {
  if (!(this instanceof EventSource) || sources.get(this)) {
    throw new TypeError('EventSource needs new')
  }
  if (!arguments.length) {
    throw new TypeError('EventSource needs a URL')
  }
  sources.set(this, new Source(this, ''.concat(url), arguments[1]))
}

// Without EventTarget there is nothing to inherit from.
var prototype = Object.create((self.EventTarget || Object).prototype)
if (Object.setPrototypeOf && self.EventTarget) Object.setPrototypeOf(EventSource, EventTarget)
Object.defineProperty(EventSource, 'prototype', { value: prototype, writable: false })
rename(EventSource, 'EventSource')
if (self.Symbol && Symbol.toStringTag) {
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true })
}
describe(prototype, 'constructor', EventSource, false)

attributes(prototype, {
  url: function () { return sourceOf(this).url_ },
  withCredentials: function () { return sourceOf(this).withCredentials_ },
  readyState: function () { return sourceOf(this).readyState_ }
})
;['CONNECTING', 'OPEN', 'CLOSED'].forEach(function (name, value) {
  var constant = { value: value, enumerable: true }
  Object.defineProperty(EventSource, name, constant)
  Object.defineProperty(prototype, name, constant)
})
;['open', 'message', 'error'].forEach(function (type) {
  var handler = {}
  handler['on' + type] = function () {
    var listener = sourceOf(this).listeners_.handler_(type)
    return listener ? listener.callback_ : null
  }
  attributes(prototype, handler, function (callback) {
    sourceOf(this).listeners_.setHandler_(type, callback)
  })
})
method(prototype, 'close', function () { sourceOf(this).close_() })

// Methods of EventTarget that the interface inherits natively are its own here:
// native ones know neither our objects nor our events.
method(prototype, 'addEventListener', function (type, callback) {
  sourceOf(this).listeners_.add_(''.concat(type), callback, arguments[2])
})
method(prototype, 'removeEventListener', function (type, callback) {
  sourceOf(this).listeners_.remove_(''.concat(type), callback, arguments[2])
})
method(prototype, 'dispatchEvent', function (event) {
  return sourceOf(this).listeners_.dispatchFromPage_(event)
})
