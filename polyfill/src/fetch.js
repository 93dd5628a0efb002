// The transport that uses fetch, and reads the response as a stream.

import { AbortController, fetch } from './platform.js'
import { watch } from './refusal.js'

// Requests url and calls methods of `to`, in this order:
//
//	head_(status, contentType, url, redirected)  the response has begun
//	bytes_(bytes)                                for each read_: bytes of the body
//	end_()                                       the body has ended or the connection was lost
//
// or none_(blocked): there is no response; blocked reports whether the page's policy
// forbade the request. After stop_ nothing is called. headers is an object of names
// and values.
export function request(url, headers, withCredentials, to) {
  var controller = AbortController && new AbortController()
  var explain = watch(url)
  var reader
  var stopped

  function unlessStopped(callback) {
    return function (value) {
      if (!stopped) callback(value)
    }
  }

  function stop() {
    stopped = true
    if (controller) controller.abort()
    // A polyfill of AbortController does not stop the request.
    if (reader) reader.cancel().then(null, function () {}) // rejects if the connection was lost
  }

  fetch(url, {
    headers: headers,
    cache: 'no-store',
    credentials: withCredentials ? 'include' : 'same-origin',
    signal: controller && controller.signal
  }).then(function (response) {
    reader = response.body && response.body.getReader()
    if (stopped) return stop()
    to.head_(response.status, response.headers.get('Content-Type') || '', response.url || url, response.redirected)
  }, unlessStopped(function () {
    explain(unlessStopped(to.none_))
  }))

  return {
    stop_: stop,
    read_: function () {
      if (!reader) return to.end_()
      reader.read().then(unlessStopped(function (result) {
        if (result.done) to.end_()
        else to.bytes_(result.value)
      }), unlessStopped(to.end_))
    }
  }
}
