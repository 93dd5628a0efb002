// The events that listeners are handed.
//
// Making a native MessageEvent and sending it through a native EventTarget is
// the larger part of what an event costs a browser: 3.2 us in Chromium, where an
// object of our own takes 0.02. So these are our own. Their prototypes inherit
// from the native ones, which makes them `instanceof MessageEvent`, and shadow
// every attribute, because a native getter refuses an object that is not native.
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
  return event
}

function constant(value) {
  return function () { return value }
}

// Makes the prototype of our events that are to pass for those of a native
// interface.
function inherit(Native) {
  var prototype = dispatched(Object.create(Native.prototype))
  attributes(prototype, {
    type: function () { return this.type_ },
    timeStamp: function () { return this.time_ },
    isTrusted: function () { return !this.untrusted_ },
    bubbles: constant(false),
    cancelable: constant(false),
    composed: constant(false),
    defaultPrevented: constant(false),
    returnValue: constant(true),
    cancelBubble: function () { return !!this.stopped_ }
  })
  method(prototype, 'preventDefault', function () {})
  method(prototype, 'stopPropagation', function () {})
  return prototype
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

PlainEvent.prototype = inherit(Event)
StreamEvent.prototype = inherit(MessageEvent)

attributes(StreamEvent.prototype, {
  data: function () { return this.data_ },
  origin: function () { return this.origin_ },
  lastEventId: function () { return this.lastEventId_ },
  source: constant(null),
  ports: constant(Object.freeze([]))
})

// Makes an event that a page sends fit for our dispatch.
export function adopt(event) {
  if (event.type_) event.untrusted_ = true
  else if (!event.list_) dispatched(event)
  return event
}
