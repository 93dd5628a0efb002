// The options of a source: checks them, and turns them into the core's settings.

import { MAX_DELAY, FACTOR, JITTER, ATTEMPTS, ON_END, RETRY_AFTER, MAX_EVENT, COMMENTS, FIRST_DELAY, STATUSES, MAX_STATUSES, ONE } from '../abi.js'
import { request } from '../tier.js'
import { demand, FAILED } from '../webidl.js'

// The longest time that timers support, in ms, and the largest size of an event.
var LONGEST = 2147483647
var LARGEST = 134217728

// Whether the engine reads responses with fetch. Otherwise it uses XMLHttpRequest.
var streams = request

// What `reconnect: {}` means.
var DEFAULTS = {
  delay: 3000, factor: 2, jitter: 0.5, max: 30000, attempts: LONGEST,
  statuses: [429, 502, 503, 504], retryAfter: true, onEnd: true, onWake: true
}

export function read(init) {
  var headers = objectOf(init.headers)
  var body = init.body
  var hasBody = body != null
  var method = ''.concat(init.method || (hasBody ? 'POST' : 'GET')).toUpperCase()
  var custom = headers || method != 'GET'
  var redirect = init.redirect || (custom ? 'error' : 'follow')
  var id = init.lastEventId == null ? '' : ''.concat(init.lastEventId)
  var reconnect = init.reconnect
  var settings = []

  function must(condition, what) {
    demand(condition, FAILED + what)
  }
  function number(name, value, least, most) {
    must(value >= least && value <= most, name + ' must be from ' + least + ' to ' + most)
    return value
  }
  function either(name, usual, other) {
    must(/^(undefined|null)$/.test(init[name]) || init[name] == usual || init[name] == other, name + ' must be ' + usual + ' or ' + other)
    return init[name] == other
  }

  if (headers && typeof headers != 'function' && !headers.then) checkHeaders(headers)
  must(isToken(method) && !/^(CONNECT|TRAC[EK])$/.test(method), 'forbidden method ' + method)
  must(!hasBody || !/^(GET|HEAD)$/.test(method), method + ' has no body')
  must(!hasBody || !body.getReader || reconnect === false, 'a stream as body needs reconnect: false')
  must(!init.fetch || init.fetch.call, 'fetch must be a function')
  must(!init.observe || init.observe.call, 'observe must be a function')
  must(!init.signal || init.signal.addEventListener, 'signal must be an AbortSignal')
  either('redirect', 'follow', 'error')
  must(streams || !init.fetch && redirect == 'follow', "without streams in fetch, an engine supports no fetch option, and headers and methods only with redirect: 'follow'")
  must(!/[\0\r\n]/.test(id), 'invalid lastEventId')
  // Other tabs have the same connection, so nothing of it can belong to this one.
  must(!init.shared || !init.fetch && init.whenHidden != 'pause' && !(headers && (headers.then || headers.call)) && (!hasBody || body.trim),
    'shared allows no fetch, no whenHidden, only an object as headers and only a string as body')
  if (reconnect === false) settings[ATTEMPTS] = settings[ON_END] = 0
  else if (reconnect) {
    var policy = Object.create(DEFAULTS)
    for (var name in reconnect) {
      must(name in DEFAULTS, 'unknown option reconnect.' + name)
      policy[name] = reconnect[name]
    }
    settings[FIRST_DELAY] = number('delay', policy.delay, 0, LONGEST)
    settings[MAX_DELAY] = number('max', policy.max, 0, LONGEST)
    settings[FACTOR] = number('factor', policy.factor, 1, 1000) * ONE
    settings[JITTER] = number('jitter', policy.jitter, 0, 1) * ONE
    settings[ATTEMPTS] = Math.min(number('attempts', policy.attempts, 0, Infinity), LONGEST)
    settings[RETRY_AFTER] = +policy.retryAfter
    settings[ON_END] = +policy.onEnd
    number('the number of statuses', policy.statuses.length, 0, MAX_STATUSES)
    policy.statuses.forEach(function (status, i) { settings[STATUSES + i] = number('a status', status, 201, 599) })
  }
  if (init.maxEventSize) settings[MAX_EVENT] = number('maxEventSize', init.maxEventSize, 1, LARGEST)
  if (init.comments) settings[COMMENTS] = 1

  return {
    settings_: settings,
    headers_: headers,
    method_: method,
    body_: body,
    fetch_: init.fetch,
    refusesRedirects_: redirect == 'error',
    // Later requests are sent to the first URL, not to where a redirect has led.
    pinned_: custom || init.lastEventIdParameter,
    lastEventId_: id,
    parameter_: init.lastEventIdParameter,
    idle_: init.idleTimeout && number('idleTimeout', init.idleTimeout, 1, LONGEST),
    signal_: init.signal,
    // Engines without streams have no Web Locks, or no hub: each tab connects.
    shared_: streams && init.shared,
    observe_: init.observe,
    onWake_: policy && policy.onWake,
    pauses_: either('whenHidden', 'keep', 'pause'),
    relaxed_: either('order', 'exact', 'relaxed')
  }
}

function isToken(text) {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(text)
}

// Returns headers, which may be a Headers, as an object.
export function objectOf(headers) {
  if (!headers || typeof headers.forEach != 'function') return headers
  var object = {}
  headers.forEach(function (value, name) { object[name] = value })
  return object
}

// Throws a TypeError if a name or value is invalid. The message does not contain the
// value, which may be secret.
export function checkHeaders(headers) {
  Object.keys(headers).forEach(function (name) {
    demand(isToken(name) && !/[^\t -\xFF]|\x7F/.test(headers[name]), FAILED + 'invalid header ' + name)
  })
}
