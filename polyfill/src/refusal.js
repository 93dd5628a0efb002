// Why no response came.
//
// A native EventSource tries again when the network is lost, and gives up when
// the page was never allowed to read the response. fetch tells a script nothing
// but that there is none. Two things let it know all the same.

import { originOf } from './url.js'

// Watches a request to url, from before it is made. Returns a function for when
// it has failed: calls back with whether another try would be futile. Whoever
// gives up in the meantime aborts signal.
export function watch(url, signal) {
  var origin = originOf(url)
  var blocked = false

  // The page's policy speaks up, though only after the request has failed.
  function violation(event) {
    if (event.disposition != 'report' && event.effectiveDirective == 'connect-src' &&
        event.blockedURI.indexOf(origin) == 0) blocked = true
  }
  self.addEventListener('securitypolicyviolation', violation)

  return function (callback) {
    setTimeout(function () {
      self.removeEventListener('securitypolicyviolation', violation)
      if (blocked || origin == self.origin) return callback(blocked)
      // If there is a server at all, then it has not allowed its response.
      fetch(origin, { method: 'HEAD', mode: 'no-cors', signal: signal }).then(function () {
        callback(true)
      }, function () {
        callback(false)
      })
    })
  }
}
