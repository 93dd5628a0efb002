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
    // Neither a polyfill of AbortController nor a page's fetch without the signal stops the
    // request.
    var body = reader || response && response.body
    if (body && body.cancel) body.cancel().then(null, function () {}) // rejects if the connection was lost
  }

  ;(to.fetch_ || fetch)(url, {
    method: to.method_,
    body: to.body_,
    duplex: to.body_ && to.body_.getReader ? 'half' : undefined, // which streams need
    headers: headers,
    cache: 'no-store',
    credentials: withCredentials ? 'include' : 'same-origin',
    // An error would not differ from a lost connection.
    redirect: to.refusesRedirects_ ? 'manual' : 'follow',
    signal: controller && controller.signal
  }).then(function (answer) {
    response = answer
    if (stopped) return abort()
    // Node.js returns the redirect itself.
    if (response.type == 'opaqueredirect' || to.refusesRedirects_ && /^30[12378]$/.test(response.status)) return to.refuse_('redirect')
    to.head_(response.status, response.headers.get('Content-Type') || '', response.url || url, response.redirected, response)
  }).then(null, unlessStopped(function (error) {
    explain(unlessStopped(function (blocked) { to.none_(blocked, error) }))
  }))

  return {
    stop_: function (refused) {
      stopped = true
      if (!response || !refused) return abort()
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
