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

import { define, hide } from './webidl.js'

// What an event must have for our dispatch, be it one of ours or a native one
// that a page has made.
var dispatched = {
  target: null,
  srcElement: null,
  currentTarget: null,
  eventPhase: 0,
  stopped_: false,
  composedPath: function () { return this.currentTarget ? [this.currentTarget] : [] },
  stopImmediatePropagation: function () { this.stopped_ = true }
}

// An open or error event. time is in milliseconds, as performance.now() has it.
export function PlainEvent(type, time) {
  this.type = type
  this.timeStamp = time
  this.isTrusted = true
}

// An event of the stream.
export function StreamEvent(type, time, data, origin, lastEventId) {
  PlainEvent.call(this, type, time)
  this.data = data
  this.origin = origin
  this.lastEventId = lastEventId
}

passFor(PlainEvent, 'Event')
passFor(StreamEvent, 'MessageEvent')

// Gives the events of a class all that a fresh native one has.
function passFor(OwnEvent, name) {
  var prototype = OwnEvent.prototype = Object.create(self[name].prototype)
  var sample = self.document ? document.createEvent(name) : new self[name]('')
  // Methods have nothing to do: our events neither bubble nor can be cancelled.
  for (var key in sample) hide(prototype, key, typeof sample[key] == 'function' ? nothing : sample[key])
  define(prototype, dispatched)
}

function nothing() {}

// Makes an event that a page sends fit for our dispatch.
export function adopt(event) {
  define(event, dispatched)
  return event
}
