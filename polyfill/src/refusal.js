// Why no response came.
//
// A native EventSource reconnects when the network fails, and gives up when the
// page may not read the response. fetch and XMLHttpRequest report both in the same
// way. Two things tell them apart all the same: the violation of a policy, and a
// server that answers a request whose response nobody reads.

import { originOf, ownOrigin } from './url.js'

// How long to wait, in ms, for the event of a violation, and for an answer.
// Choices.
var HEARING = 20
var PATIENCE = 5000

// How often the page's policy has blocked a URL.
var blocked = Object.create(null)

// The event comes after the request has failed.
self.addEventListener('securitypolicyviolation', function (event) {
  if (event.disposition != 'report' && event.effectiveDirective == 'connect-src') {
    blocked[event.blockedURI] = (blocked[event.blockedURI] || 0) + 1
  }
})

// Watches a request for url, from before it is made. Returns a function for when
// it has failed, which calls back with whether the page's policy blocked it.
export function watch(url) {
  // Some engines report no more than the origin.
  var names = [url.replace(/#.*/, ''), originOf(url)]
  var before = count()

  function count() {
    return (blocked[names[0]] || 0) + (blocked[names[1]] || 0)
  }

  return function (callback) {
    if (count() > before || names[1] == 'null') return callback(true)
    // Chromium 64 to 92 report a violation late when the page is busy: after timers
    // that are due, but before one that is set when it is no longer busy.
    setTimeout(function () {
      setTimeout(function () { callback(count() > before) }, HEARING)
    })
  }
}

// Asks for url without reading the response, and calls back with whether a server
// of another origin answers: here, or where url redirects to. The page was then
// not allowed to read the response that did not come. Without fetch the answer is
// unknown.
export function probe(url, withCredentials, unknown, callback) {
  var controller = self.AbortController && new AbortController()
  var timer = setTimeout(answer, self.fetch ? PATIENCE : 0)
  if (self.fetch) {
    fetch(url, {
      method: 'HEAD',
      mode: 'no-cors',
      cache: 'no-store',
      credentials: withCredentials ? 'include' : 'same-origin',
      signal: controller && controller.signal
    }).then(function (response) {
      answer(response.type == 'opaque')
      stop()
    }, function () { answer(false) })
  }

  function answer(refused) {
    if (timer) callback(self.fetch ? refused : unknown)
    clearTimeout(timer)
    timer = 0
  }

  function stop() {
    clearTimeout(timer)
    timer = 0
    if (controller) controller.abort()
  }

  return { stop_: stop }
}

// Reports whether url is of another origin than the page.
export function isForeign(url) {
  return originOf(url) != ownOrigin()
}
