// What the page needs before the implementation loads: the count of listeners on the
// page's objects, and a clock that can jump.
(function () {
  'use strict'

  var target = window.EventTarget && EventTarget.prototype
  var add = target && target.addEventListener
  var remove = target && target.removeEventListener
  var realNow = Date.now
  var kept = []
  var ahead = 0 // ms

  window.faults = {
    now: function () { return realNow.call(Date) },
    listeners: function () { return kept.length },
    jump: function (ms) { ahead += ms }
  }
  Date.now = function () { return realNow.call(Date) + ahead }

  function isOfPage(object) {
    return object === window || object === document || object === navigator.connection || object === undefined
  }

  function capture(options) {
    return options && typeof options === 'object' ? !!options.capture : !!options
  }

  function find(type, listener, options) {
    for (var i = 0; i < kept.length; i++) {
      if (kept[i][0] === type && kept[i][1] === listener && kept[i][2] === capture(options)) return i
    }
    return -1
  }

  if (!add) return
  target.addEventListener = function (type, listener, options) {
    if (isOfPage(this) && listener && find(type, listener, options) < 0) kept.push([type, listener, capture(options)])
    return add.apply(this || window, arguments)
  }
  target.removeEventListener = function (type, listener, options) {
    var at = isOfPage(this) ? find(type, listener, options) : -1
    if (at >= 0) kept.splice(at, 1)
    return remove.apply(this || window, arguments)
  }
})()
