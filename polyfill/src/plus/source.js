// A source with options.

import { Source as StandardSource, close as closeStandard, CLOSED } from '../source.js'
import { isObject } from '../webidl.js'
import { read } from './options.js'
import { observe } from './observe.js'
import { pauseWhenHidden, wakeUp } from './lifecycle.js'

export { CONNECTING, OPEN, CLOSED } from '../source.js'

export function Source(target, url, init) {
  var source = this
  var options = source.options_ = read(isObject(init) ? init : {})
  source.undo_ = [] // what to do once the source is closed
  // The standard's constructor reads the member that it knows, and refuses what is no object.
  StandardSource.call(source, target, url, isObject(init) ? { withCredentials: init.withCredentials } : init)
  source.lastEventId_ = source.id_ = options.lastEventId_
  source.requests_ = 0
  source.play_.relaxed_ = options.relaxed_
  if (options.onWake_) wakeUp(source)
  if (options.pauses_) pauseWhenHidden(source)
  var signal = options.signal_
  if (signal) {
    if (signal.aborted) return close(source)
    signal.addEventListener('abort', abort)
    source.undo_.push(function () {
      if (signal.removeEventListener) signal.removeEventListener('abort', abort)
    })
  }

  function abort() { close(source) }
}

export function close(source) {
  if (source.readyState_ == CLOSED) return
  closeStandard(source)
  observe(source, 'close')
  if (source.finish_) source.finish_()
}
