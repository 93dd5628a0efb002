// Finds out why a request has no response.
//
// A native EventSource reconnects after a network error, and fails when the page may
// not read the response. fetch and XMLHttpRequest report both in the same way. Two
// other signs distinguish them: a violation report of the page's policy, and whether
// the server answers a request whose response the page does not read.

import { AbortController, clearTimeout, fetch, now, setTimeout } from './platform.js'
import { originOf } from './url.js'

// How long to wait for a violation report, and for an answer, in ms. Choices.
var HEARING = 20
var PATIENCE = 5000

// When the last violation report for each URL came.
var blocked = Object.create(null)

// The report comes after the request has failed.
self.addEventListener('securitypolicyviolation', function (event) {
  if (event.disposition != 'report' && event.effectiveDirective == 'connect-src') {
    blocked[event.blockedURI] = now()
  }
})

// Watches a request for url; call it before the request starts. Returns a function to
// call when the request has failed, which calls back with whether the page's policy
// blocked it.
export function watch(url) {
  var began = now()

  // Some engines report only the origin.
  function isBlocked() {
    return blocked[url.replace(/#.*/, '')] >= began || blocked[originOf(url)] >= began
  }

  return function (callback) {
    if (isBlocked() || originOf(url) == 'null') return callback(true)
    // On a busy page, Chromium 64 to 92 send the report after timers that are already
    // due, but before a timer that one of those sets.
    setTimeout(function () {
      setTimeout(function () { callback(isBlocked()) }, HEARING)
    })
  }
}

// Requests url without reading the response, and calls back with whether a server of
// another origin answers, at url or where it redirects to. If so, the page was not
// allowed to read the response that is missing.
export function probe(url, withCredentials, callback) {
  var controller = AbortController && new AbortController()
  var timer = setTimeout(answer, PATIENCE)
  fetch(url, {
    method: 'HEAD',
    mode: 'no-cors',
    cache: 'no-store',
    credentials: withCredentials ? 'include' : 'same-origin',
    signal: controller && controller.signal
  }).then(function (response) { answer(response.type == 'opaque') }, function () { answer() })

  function answer(refused) {
    if (timer) callback(refused)
    stop()
  }

  function stop() {
    clearTimeout(timer)
    timer = 0
    if (controller) controller.abort()
  }

  return { stop_: stop }
}

// Reports whether the origin of url differs from the page's. Pages use the global name
// origin for values of their own, so it counts only in sandboxed pages and those without
// a URL of their own.
export function isForeign(url) {
  var own = originOf(location.href)
  return originOf(url) != (own == 'null' || self.origin == 'null' ? self.origin : own)
}
