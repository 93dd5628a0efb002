// The events that listeners are handed.
//
// Making a native MessageEvent and sending it through a native EventTarget is
// the larger part of what an event costs a browser: 3.2 us in Chromium, where an
// object of our own takes 0.02. So these are our own. Their prototypes inherit
// from the native ones, which makes them `instanceof MessageEvent`, and shadow
// all that is there, because a native getter refuses an object that is not
// native.
//
// They are trusted: the polyfill is the user agent here, and a page cannot make
// one.

import { method, attributes } from './describe.js'

var NONE = 0
var AT_TARGET = 2

// What an event must have for our dispatch, be it one of ours or a native one
// that a page has made.
function dispatched(event) {
  attributes(event, {
    target: function () { return this.target_ },
    srcElement: function () { return this.target_ },
    currentTarget: function () { return this.current_ },
    eventPhase: function () { return this.current_ ? AT_TARGET : NONE }
  })
  method(event, 'composedPath', function () {
    return this.current_ ? [this.current_] : []
  })
  method(event, 'stopImmediatePropagation', function () { this.stopped_ = true })
}

// Makes the prototype of our events that are to pass for those of a native
// interface: what a fresh native event has, they have too.
function inherit(name) {
  var prototype = Object.create(self[name].prototype)
  var sample
  try {
    sample = new self[name]('')
  } catch (error) {
    sample = document.createEvent(name)
  }
  for (var key in sample) shadow(prototype, key, sample[key])
  dispatched(prototype)
  attributes(prototype, {
    type: function () { return this.type_ },
    timeStamp: function () { return this.time_ },
    isTrusted: function () { return !this.untrusted_ }
  })
  return prototype
}

function shadow(prototype, key, value) {
  var getter = {}
  getter[key] = function () { return value }
  if (typeof value == 'function') method(prototype, key, function () {})
  else attributes(prototype, getter)
}

// An open or error event. time is in milliseconds, as performance.now() has it.
export function PlainEvent(type, time) {
  this.type_ = type
  this.time_ = time
}

// An event of the stream.
export function StreamEvent(type, time, data, origin, lastEventId) {
  this.type_ = type
  this.time_ = time
  this.data_ = data
  this.origin_ = origin
  this.lastEventId_ = lastEventId
}

PlainEvent.prototype = inherit('Event')
StreamEvent.prototype = inherit('MessageEvent')

attributes(StreamEvent.prototype, {
  data: function () { return this.data_ },
  origin: function () { return this.origin_ },
  lastEventId: function () { return this.lastEventId_ }
})

// Makes an event that a page sends fit for our dispatch.
export function adopt(event) {
  if (event.type_) event.untrusted_ = true
  else if (!event.list_) dispatched(event)
  return event
}
