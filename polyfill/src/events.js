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

import { define, attribute } from './define.js'

var NONE = 0
var AT_TARGET = 2

// What an event must have for our dispatch, be it one of ours or a native one
// that a page has made.
var dispatched = {
  get target() { return this.target_ },
  get srcElement() { return this.target_ },
  get currentTarget() { return this.current_ },
  get eventPhase() { return this.current_ ? AT_TARGET : NONE },
  composedPath: function () { return this.current_ ? [this.current_] : [] },
  stopImmediatePropagation: function () { this.stopped_ = true }
}

// Makes a class of our events that are to pass for those of a native interface:
// what a fresh native event has, they have too, but for these members.
function classLike(name, members) {
  // time is in milliseconds, as performance.now() has it.
  function OwnEvent(type, time, data, origin, lastEventId) {
    this.type_ = type
    this.time_ = time
    this.data_ = data
    this.origin_ = origin
    this.lastEventId_ = lastEventId
  }
  var prototype = OwnEvent.prototype = Object.create(self[name].prototype)
  var sample
  try {
    sample = new self[name]('')
  } catch (error) {
    sample = document.createEvent(name)
  }
  for (var key in sample) shadow(prototype, key, sample[key])
  define(prototype, dispatched)
  define(prototype, {
    get type() { return this.type_ },
    get timeStamp() { return this.time_ },
    get isTrusted() { return !this.untrusted_ }
  })
  define(prototype, members)
  return OwnEvent
}

function shadow(prototype, key, value) {
  attribute(prototype, key, function () { return value })
}

// An open or error event.
export var PlainEvent = classLike('Event')

// An event of the stream.
export var StreamEvent = classLike('MessageEvent', {
  get data() { return this.data_ },
  get origin() { return this.origin_ },
  get lastEventId() { return this.lastEventId_ }
})

// Makes an event that a page sends fit for our dispatch.
export function adopt(event) {
  if (event.type_) event.untrusted_ = true
  else if (!event.list_) define(event, dispatched)
  return event
}
