// Why no response came.
//
// A native EventSource tries again when the network is lost, and gives up when
// the page was never allowed to read the response. fetch tells a script nothing
// but that there is none. Two things let it know all the same.

import { originOf, ownOrigin } from './url.js'

// How long, in ms, the policy may take to speak up, and a server to show that it
// is there. Choices.
var HEARING = 20
var PATIENCE = 5000

// The last request to each origin that the page's policy has blocked.
var blocked = {}

// The policy speaks up, though only after the request has failed.
self.addEventListener('securitypolicyviolation', function (event) {
  if (event.disposition != 'report' && event.effectiveDirective == 'connect-src') {
    blocked[originOf(event.blockedURI)] = event
  }
})

// Watches a request to url, from before it is made. Returns a function for when
// it has failed: calls back with whether another try would be futile.
export function watch(url) {
  var origin = originOf(url)
  var before = blocked[origin]

  return function (callback) {
    // Chromium 64 to 92 tell of the policy late when the page is busy, behind timers
    // that are due; but not behind one that is set when it is no longer.
    setTimeout(function () { setTimeout(ask, HEARING) })

    function ask() {
      var futile = blocked[origin] != before || origin == 'null'
      if (futile || origin == ownOrigin() || !self.fetch) return callback(futile)
      // If there is a server at all, then it has not allowed its response.
      var timer = setTimeout(tell, PATIENCE)
      fetch(origin, { method: 'HEAD', mode: 'no-cors', cache: 'no-store' }).then(function () {
        tell(true)
      }, function () {
        tell()
      })
      function tell(futile) {
        if (timer) callback(futile)
        timer = 0
      }
    }
  }
}
