// Reconnects when the device wakes up, and pauses when the page is hidden.

import { HIDDEN, VISIBLE, WAIT, WAKE } from '../abi.js'
import { release as releaseStandard } from '../lifecycle.js'
import { clearTimeout, setTimeout } from '../platform.js'
import { act, entry } from '../source.js'
import { whenReady } from '../tier.js'
import { end } from './core.js'

export { keep, live } from '../lifecycle.js'

// How often a timer checks whether the device slept, and how late it must be to show
// that, in ms. Choices. Browsers run the timers of hidden pages only once a minute.
var CHECK = 30000
var LATE = 90000

var awake // the sources to wake up
var timer // of check

export function release(source) {
  releaseStandard(source)
  source.undo_.forEach(function (undo) { undo() })
}

// Wakes the source up when the device or the network is back.
export function wakeUp(source) {
  if (!self.addEventListener) return // Node.js
  if (!awake) {
    awake = []
    self.addEventListener('online', function () { wakeAll(1) })
    self.addEventListener('pageshow', function (event) {
      if (event.persisted) wakeAll(1)
    })
    if (self.document) document.addEventListener('resume', function () { wakeAll(0) })
  }
  source.wake_ = input(source)
  if (awake.push(source) < 2) check()
  source.undo_.push(function () {
    awake = awake.filter(function (other) { return other !== source })
    if (!awake.length) clearTimeout(timer) // it would keep a program running
  })
}

function wakeAll(doubtful) {
  awake.forEach(function (source) {
    if (doubtful || !source.readyState_) source.wake_(WAKE)
  })
}

function check() {
  var began = Date.now()
  clearTimeout(timer)
  timer = setTimeout(function () {
    if (Date.now() - began > CHECK + LATE) wakeAll(1)
    if (awake.length) check()
  }, CHECK)
}

// Ends the connection while the page is hidden.
export function pauseWhenHidden(source) {
  var page = self.document
  if (!page) return
  var change = input(source)
  function listener() {
    change(page.hidden ? HIDDEN : VISIBLE)
  }
  page.addEventListener('visibilitychange', listener)
  source.undo_.push(function () { page.removeEventListener('visibilitychange', listener) })
}

// Returns a function that passes a reason to the core once it is ready, and carries out
// the action.
function input(source) {
  var carryOut = entry(source, function (reason) {
    if (!(source.handle_ >= 0)) return
    var action = end(source, reason)
    if (action) clearTimeout(source.timer_)
    if (action != WAIT) return act(source, action)
    source.timer_ = setTimeout(source.elapse_, source.delay_)
  })
  return function (reason) {
    whenReady(function () { carryOut(reason) })
  }
}
