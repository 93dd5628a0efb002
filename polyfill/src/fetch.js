// The request of a stream by fetch, whose response is read as it comes.

import { watch } from './refusal.js'

// Requests url and tells `to`, in this order:
//
//	head_(status, contentType, url, redirected)  a response has begun
//	bytes_(bytes)                                for each read_, bytes of its body
//	end_()                                       it has ended, or broken off
//
// or none_(blocked): there is no response, and whether the page's policy forbade it.
// After stop_ it tells nothing. headers is an object of names and values.
export function request(url, headers, withCredentials, to) {
  var controller = self.AbortController && new AbortController()
  var why = watch(url)
  var reader
  var stopped

  function unlessStopped(tell) {
    return function (value) {
      if (!stopped) tell(value)
    }
  }

  function stop() {
    stopped = true
    if (controller) controller.abort()
    else if (reader) reader.cancel().then(null, function () {}) // it may have broken off
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
    why(unlessStopped(to.none_))
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
