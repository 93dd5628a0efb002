// Finds out why a request has no response.
//
// A native EventSource reconnects after a network error, and fails when the page may
// not read the response. fetch and XMLHttpRequest report both in the same way. Two
// other signs distinguish them: a violation report of the page's policy, and whether
// the server answers a request whose response the page does not read.

import { AbortController, clearTimeout, fetch, setTimeout } from './platform.js'
import { originOf, ownOrigin } from './url.js'

// How long to wait for a violation report, and for an answer, in ms. Choices.
var HEARING = 20
var PATIENCE = 5000

// The number of violation reports for each URL.
var blocked = Object.create(null)

// The report comes after the request has failed.
self.addEventListener('securitypolicyviolation', function (event) {
  if (event.disposition != 'report' && event.effectiveDirective == 'connect-src') {
    blocked[event.blockedURI] = (blocked[event.blockedURI] || 0) + 1
  }
})

// Watches a request for url; call it before the request starts. Returns a function to
// call when the request has failed, which calls back with whether the page's policy
// blocked it.
export function watch(url) {
  // Some engines report only the origin.
  var names = [url.replace(/#.*/, ''), originOf(url)]
  var before = count()

  function count() {
    return (blocked[names[0]] || 0) + (blocked[names[1]] || 0)
  }

  return function (callback) {
    if (count() > before || names[1] == 'null') return callback(true)
    // On a busy page, Chromium 64 to 92 send the report after timers that are already
    // due, but before a timer that one of those sets.
    setTimeout(function () {
      setTimeout(function () { callback(count() > before) }, HEARING)
    })
  }
}

// Requests url without reading the response, and calls back with whether a server of
// another origin answers, at url or where it redirects to. If so, the page was not
// allowed to read the response that is missing. Without fetch it calls back with
// unknown.
export function probe(url, withCredentials, unknown, callback) {
  var controller = AbortController && new AbortController()
  var timer = setTimeout(answer, fetch ? PATIENCE : 0)
  if (fetch) {
    fetch(url, {
      method: 'HEAD',
      mode: 'no-cors',
      cache: 'no-store',
      credentials: withCredentials ? 'include' : 'same-origin',
      signal: controller && controller.signal
    }).then(function (response) { answer(response.type == 'opaque') }, function () { answer() })
  }

  function answer(refused) {
    if (timer) callback(fetch ? refused : unknown)
    stop()
  }

  function stop() {
    clearTimeout(timer)
    timer = 0
    if (controller) controller.abort()
  }

  return { stop_: stop }
}

// Reports whether the origin of url differs from the page's.
export function isForeign(url) {
  return originOf(url) != ownOrigin()
}
