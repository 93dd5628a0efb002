// Listeners and dispatch: the part of EventTarget that an object without a
// parent needs, and event handler attributes.
//
// https://dom.spec.whatwg.org/#interface-eventtarget
//
// A source keeps its listeners by type, in lists that are never changed but
// replaced, so that a dispatch goes through the list as it was when it began.

import { adopt } from './events.js'
import { demand, exception, isObject } from './webidl.js'

export function listenersOf(source, type) {
  return source.lists_[type] || []
}

// An options argument may be a boolean, which stands for capture.
function captures(options) {
  return !!(isObject(options) ? options.capture : options)
}

export function add(source, type, callback, options) {
  demand(callback == null || isObject(callback), 'an object as listener')
  var listener = { callback_: callback, capture_: captures(options), once_: options && options.once }
  var signal = options && options.signal
  if (callback == null || signal && signal.aborted || find(source, type, callback, options)) return
  var list = source.lists_[type] = listenersOf(source, type).concat(listener)
  // Those that capture come first, also at the target itself.
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

// An event handler attribute is a listener, for as long as it is not null, that
// keeps its place among the others while its callback is replaced.
export function handler(source, type) {
  return source.handlers_[type] ? source.handlers_[type].callback_ : null
}

export function setHandler(source, type, callback) {
  var handle = source.handlers_[type] = source.handlers_[type] || function (event) {
    if (typeof handle.callback_ == 'function' && handle.callback_.call(this, event) === false) event.preventDefault()
  }
  handle.callback_ = isObject(callback) ? callback : null
  ;(handle.callback_ ? add : remove)(source, type, handle)
}

// Begins to hand event to the listeners in list, one by one. How far that is stays
// out of the event, which a listener may freeze.
export function begin(source, event, list) {
  event.target = event.srcElement = event.currentTarget = source.target_
  event.eventPhase = 2
  return { event_: event, list_: list, next_: 0 }
}

// Hands the event to the next listener; false if there is none.
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
    if (typeof callback == 'function') callback.call(source.target_, event)
    else callback.handleEvent(event)
  } catch (error) {
    // An exception in a listener is the page's to see and stops nothing.
    if (self.reportError) reportError(error)
    else setTimeout(function () { throw error })
  }
}

// Hands an event that a page has made to the listeners.
export function dispatchFromPage(source, event) {
  demand(event instanceof Event, 'an Event')
  if (event.eventPhase || !event.type) {
    throw exception('the event is in use, or has no type', 'InvalidStateError', 11)
  }
  var dispatch = begin(source, adopt(event), listenersOf(source, event.type))
  while (next(source, dispatch));
  return !event.defaultPrevented
}
