// The transport that uses fetch, with a source's options.

import { END, NETWORK } from '../abi.js'
import { AbortController, fetch, setTimeout } from '../platform.js'
import { watch } from '../refusal.js'

// How long the body of a refused response can be requested, in ms. Choice.
var GRACE = 100

export function request(url, headers, withCredentials, to) {
  var controller = AbortController && new AbortController()
  var explain = watch(url)
  var response
  var reader
  var stopped

  function unlessStopped(callback) {
    return function (value) {
      if (!stopped) callback(value)
    }
  }

  function abort() {
    if (controller) controller.abort()
    // A polyfill of AbortController does not stop the request.
    if (reader) reader.cancel().then(null, function () {}) // rejects if the connection was lost
  }

  ;(to.fetch_ || fetch)(url, {
    method: to.method_,
    body: to.body_,
    headers: headers,
    cache: 'no-store',
    credentials: withCredentials ? 'include' : 'same-origin',
    // An error would not differ from a lost connection.
    redirect: to.refusesRedirects_ ? 'manual' : 'follow',
    signal: controller && controller.signal
  }).then(function (answer) {
    response = answer
    if (stopped) return abort()
    if (response.type == 'opaqueredirect') return to.refuse_('redirect')
    to.head_(response.status, response.headers.get('Content-Type') || '', response.url || url, response.redirected, response)
  }, unlessStopped(function () {
    explain(unlessStopped(to.none_))
  }))

  return {
    stop_: function () {
      stopped = true
      if (!response || reader || response.status == 200) return abort()
      // The page may still ask for the body in its error event.
      setTimeout(function () {
        if (!response.bodyUsed) abort()
      }, GRACE)
    },
    read_: function () {
      reader = reader || response.body && response.body.getReader()
      if (!reader) return to.end_(END)
      reader.read().then(unlessStopped(function (result) {
        if (result.done) to.end_(END)
        else to.bytes_(result.value)
      }), unlessStopped(function () { to.end_(NETWORK) }))
    }
  }
}
