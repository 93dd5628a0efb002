// Listeners and dispatch: the part of EventTarget that an object without a
// parent needs, and event handler attributes.
//
// https://dom.spec.whatwg.org/#interface-eventtarget

import { adopt } from './events.js'
import { exception } from './url.js'

// Listeners are kept by type, in lists that are never changed but replaced, so
// that a dispatch goes through the list as it was when it began.
export function Listeners(target) {
  this.target_ = target
  this.lists_ = Object.create(null)
}

function Listener(callback, options) {
  this.callback_ = callback
  this.capture_ = flag(options)
  this.once_ = !!(options && options.once)
  this.handler_ = false // the listener of an event handler attribute
  this.removed_ = false
}

// An options argument may be a boolean, which stands for capture.
function flag(options) {
  return options === Object(options) ? !!options.capture : !!options
}

function isCallback(value) {
  return typeof value == 'function' || typeof value == 'object' && value !== null
}

Listeners.prototype = {
  add_: function (type, callback, options) {
    var signal = options && options.signal
    if (callback != null && !isCallback(callback)) {
      throw new TypeError('EventSource needs an object as listener')
    }
    var listener = new Listener(callback, options)
    if (callback == null || signal && signal.aborted || this.find_(type, callback, listener.capture_)) return
    this.insert_(type, listener)
    if (signal) {
      var self = this
      signal.addEventListener('abort', function () { self.drop_(type, listener) })
    }
  },

  remove_: function (type, callback, options) {
    var listener = this.find_(type, callback, flag(options))
    if (listener) this.drop_(type, listener)
  },

  // Those that capture come first, also at the target itself.
  insert_: function (type, listener) {
    var list = (this.lists_[type] || []).slice()
    var at = list.length
    if (listener.capture_) {
      for (at = 0; at < list.length && list[at].capture_;) at++
    }
    list.splice(at, 0, listener)
    this.lists_[type] = list
  },

  drop_: function (type, listener) {
    listener.removed_ = true
    this.lists_[type] = this.lists_[type].filter(function (other) { return other !== listener })
  },

  find_: function (type, callback, capture) {
    return (this.lists_[type] || []).filter(function (listener) {
      return listener.callback_ === callback && listener.capture_ == capture && !listener.handler_
    })[0]
  },

  handler_: function (type) {
    return (this.lists_[type] || []).filter(function (listener) { return listener.handler_ })[0]
  },

  // An event handler attribute keeps its place among the listeners for as long
  // as it is not null.
  setHandler_: function (type, callback) {
    var listener = this.handler_(type)
    if (!isCallback(callback)) {
      if (listener) this.drop_(type, listener)
    } else if (listener) {
      listener.callback_ = callback
    } else {
      listener = new Listener(callback)
      listener.handler_ = true
      this.insert_(type, listener)
    }
  },

  // Hands event to all listeners of its type.
  dispatch_: function (event, type) {
    this.begin_(event, type)
    while (this.next_(event));
  },

  // Makes event ready to be handed to the listeners of its type, as they are
  // now, one by one.
  begin_: function (event, type) {
    event.target_ = event.current_ = this.target_
    event.list_ = this.lists_[type] || []
    event.next_ = 0
    event.stopped_ = false
  },

  // Hands event to the next listener; false if there is none.
  next_: function (event) {
    while (event.next_ < event.list_.length && !event.stopped_) {
      var listener = event.list_[event.next_++]
      if (!listener.removed_) {
        this.call_(listener, event, event.type)
        return true
      }
    }
    event.current_ = null
    return false
  },

  call_: function (listener, event, type) {
    var callback = listener.callback_
    if (listener.once_) this.drop_(type, listener)
    try {
      if (listener.handler_) {
        if (typeof callback == 'function' && callback.call(this.target_, event) === false) {
          event.preventDefault()
        }
      } else if (typeof callback == 'function') {
        callback.call(this.target_, event)
      } else {
        callback.handleEvent(event)
      }
    } catch (error) {
      report(error)
    }
  },

  // Hands an event that a page has made to the listeners.
  dispatchFromPage_: function (event) {
    if (!(event instanceof Event)) {
      throw new TypeError('EventSource needs an Event')
    }
    if (event.eventPhase || !event.type) {
      throw exception('the event is in use, or has no type', 'InvalidStateError', 11)
    }
    this.dispatch_(adopt(event), event.type)
    return !event.defaultPrevented
  }
}

// An exception in a listener is the page's to see and stops nothing.
export function report(error) {
  if (self.reportError) {
    reportError(error)
  } else {
    setTimeout(function () { throw error })
  }
}
