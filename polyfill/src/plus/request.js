// Sends requests with a source's options, over a transport.

import { HIDDEN, NETWORK, TIMEOUT } from '../abi.js'
import { clearTimeout, setTimeout } from '../platform.js'
import { CLOSED } from '../source.js'
import { request as transport, whenReady } from '../tier.js'
import { turn } from '../turns.js'
import { observe } from './observe.js'
import { checkHeaders, objectOf } from './options.js'
import { share } from './share.js'

// Sends a request with the options of the source `to`. It has the contract of fetch.js,
// and so has the transport, which finds in its receiver: method_, body_, fetch_ and
// refusesRedirects_.
export function send(url, headers, withCredentials, to) {
  var options = to.options_
  var custom = options.headers_
  var inner
  var stopped
  var reading // read_ was called and not yet answered
  var timer

  if (options.shared_) {
    return share(to, function () {
      options.shared_ = 0
      to.transport_ = send(url, headers, withCredentials, to)
    })
  }

  var receiver = Object.create(options)
  receiver.head_ = function (status, contentType, finalUrl, redirected, response) {
    to.response_ = response && (response.headers ? response : copyOf(response))
    to.head_(status, contentType, finalUrl, redirected && !options.pinned_)
  }
  receiver.bytes_ = function (bytes) {
    clearTimeout(timer)
    reading = false
    observe(to, 'bytes', bytes.length)
    to.bytes_(bytes)
  }
  receiver.end_ = function (reason) {
    clearTimeout(timer)
    to.end_(reason)
  }
  receiver.none_ = function (blocked, error) {
    // A probe may follow, and then another request.
    clearTimeout(timer)
    if (blocked) to.cause_ = 'policy'
    if (options.fetch_) lose(error)
    else to.none_(blocked)
  }
  receiver.refuse_ = refuse

  to.response_ = to.cause_ = to.error_ = to.refusedResponse_ = null
  var parameter = options.parameter_
  if (parameter && headers['Last-Event-ID']) {
    delete headers['Last-Event-ID']
    parameter = encodeURIComponent(parameter) + '='
    url = url.replace(RegExp('([?&])' + quoted(parameter) + '[^&#]*&?'), '$1')
      .replace(/(?=#|$)/, (/\?/.test(url) ? '&' : '?') + parameter + encodeURIComponent(to.lastEventId_))
  }
  if (isPaused()) later(function () { isPaused() ? to.end_(HIDDEN) : ask() })
  else ask()

  // A page may be hidden from the start.
  function isPaused() {
    return options.pauses_ && self.document && document.hidden
  }

  function ask() {
    try {
      if (typeof custom == 'function') custom = custom(to.requests_++)
      if (custom && custom.then) custom.then(begin, lose)
      else begin(custom)
    } catch (error) {
      lose(error)
    }
  }

  // The page's functions may close the source before it knows this transport.
  function isOver() {
    return stopped || to.readyState_ == CLOSED
  }

  function begin(custom) {
    if (isOver()) return
    try {
      custom = objectOf(custom)
      if (custom) checkHeaders(custom)
    } catch (error) {
      console.error(error.message)
      return refuse('unsupported')
    }
    for (var name in custom) {
      if (/^accept$/i.test(name)) delete headers.Accept
      // The page knows only where to begin.
      if (!/^last-event-id$/i.test(name) || !to.lastEventId_) headers[name] = ''.concat(custom[name])
    }
    observe(to, 'request', url)
    if (isOver()) return
    try {
      inner = transport(url, headers, withCredentials, receiver)
    } catch (error) {
      return lose(error)
    }
    if (isOver()) stop()
    else limit()
  }

  // Fails for good.
  function refuse(cause) {
    to.cause_ = cause
    to.head_(0, '', '')
  }

  // The page's function for headers, or its fetch, has failed.
  function lose(error) {
    if (stopped) return
    to.error_ = error
    later(function () { to.end_(NETWORK) })
  }

  function later(callback) {
    whenReady(function () {
      turn(function () {
        if (!stopped) callback()
      })
    })
  }

  // Ends the request unless bytes come in time.
  function limit() {
    if (options.idle_) {
      timer = setTimeout(function () {
        stop()
        to.end_(TIMEOUT)
      }, options.idle_)
    }
  }

  function stop() {
    stopped = true
    clearTimeout(timer)
    if (inner) inner.stop_(to.refusedResponse_)
  }

  return {
    stop_: stop,
    read_: function () {
      // Other inputs than bytes also make a source ask for more.
      if (reading) return
      reading = true
      clearTimeout(timer)
      limit()
      inner.read_()
    }
  }
}

// Returns the head of an XMLHttpRequest with the members of a Response. It is a copy,
// because the head is lost when the request is aborted.
function copyOf(xhr) {
  var lines = xhr.getAllResponseHeaders()
  return {
    xhr_: xhr,
    status: xhr.status,
    statusText: xhr.statusText,
    url: xhr.responseURL,
    headers: {
      get: function (name) {
        var line = RegExp('^' + quoted(name) + ': *(.*?)\\s*$', 'im').exec(lines)
        return line && line[1]
      }
    }
  }
}

// Returns a regular expression that matches text.
function quoted(text) {
  return text.replace(/\W/g, '\\$&')
}
