// Listeners, event handler attributes and dispatch: the part of EventTarget that an
// object outside of a tree needs.
//
// https://dom.spec.whatwg.org/#interface-eventtarget
//
// A source keeps a list of listeners for each type. A list is replaced, never
// modified, so a dispatch iterates over the list as it was when it began.

import { dispatched } from './events.js'
import { reportError, setTimeout, zone } from './platform.js'
import { define, demand, exception, isObject } from './webidl.js'

export function listenersOf(source, type) {
  return source.lists_[type] || []
}

// Returns the capture flag of an options argument, which may be that boolean itself.
function captures(options) {
  return !!(isObject(options) ? options.capture : options)
}

export function add(source, type, callback, options) {
  demand(callback == null || isObject(callback), 'addEventListener: the listener must be a function or an object')
  var listener = { callback_: callback, capture_: captures(options), once_: options && options.once, zone_: zone() }
  var signal = options && options.signal
  if (callback == null || signal && signal.aborted || find(source, type, callback, options)) return
  var list = source.lists_[type] = listenersOf(source, type).concat(listener)
  // Spec: at the target too, capturing listeners are called first.
  if (listener.capture_) list.sort(function (a, b) { return b.capture_ - a.capture_ })
  if (signal) signal.addEventListener('abort', function () { drop(source, type, listener) })
}

export function remove(source, type, callback, options) {
  drop(source, type, find(source, type, callback, options))
}

function drop(source, type, listener) {
  if (listener) listener.removed_ = true
  source.lists_[type] = listenersOf(source, type).filter(function (other) { return !other.removed_ })
}

function find(source, type, callback, options) {
  return listenersOf(source, type).filter(function (listener) {
    return listener.callback_ == callback && listener.capture_ == captures(options)
  })[0]
}

// An event handler attribute is a listener while it is not null. Assigning another
// callback keeps its position in the list.
export function handler(source, type) {
  return source.handlers_[type] ? source.handlers_[type].callback_ : null
}

export function setHandler(source, type, callback) {
  var handle = source.handlers_[type] = source.handlers_[type] || function (event) {
    if (typeof handle.callback_ == 'function' && handle.callback_.call(this, event) === false) event.preventDefault()
  }
  handle.callback_ = isObject(callback) ? callback : null
  ;(handle.callback_ ? add : remove)(source, type, handle)
  var listener = find(source, type, handle)
  if (listener) listener.zone_ = zone()
}

// Begins the dispatch of event to the listeners in list. The state of the dispatch
// is not kept in the event, because a listener may freeze it.
export function begin(source, event, list) {
  event.target = event.srcElement = event.currentTarget = source.target_
  event.eventPhase = 2
  return { event_: event, list_: list, next_: 0 }
}

// Calls the next listener. Returns false if there is none, and the dispatch is over.
export function next(source, dispatch) {
  var event = dispatch.event_
  var listener
  do {
    listener = dispatch.list_[dispatch.next_++]
    if (!listener || event.stopped_) {
      try {
        event.currentTarget = null
        event.eventPhase = 0
      } catch (frozen) {}
      return false
    }
  } while (listener.removed_)
  call(source, listener, event)
  return true
}

function call(source, listener, event) {
  var callback = listener.callback_
  if (listener.once_) drop(source, event.type, listener)
  try {
    var object = typeof callback == 'function' ? source.target_ : callback
    var method = object == callback ? callback.handleEvent : callback
    if (listener.zone_) listener.zone_.runGuarded(method, object, [event])
    else method.call(object, event)
  } catch (error) {
    // Spec: report the exception. It does not affect other listeners.
    try {
      (reportError || self.reportError)(error)
    } catch (missing) {
      setTimeout(function () { throw error })
    }
  }
}

// Implements dispatchEvent, for events that the page has made.
export function dispatchFromPage(source, event) {
  demand(isObject(event) && typeof event.preventDefault == 'function', 'dispatchEvent: expected an Event')
  if (event.eventPhase || !event.type) {
    throw exception('dispatchEvent: the event is in use or has no type', 'InvalidStateError', 11)
  }
  define(event, dispatched)
  var dispatch = begin(source, event, listenersOf(source, event.type))
  while (next(source, dispatch));
  return !event.defaultPrevented
}
