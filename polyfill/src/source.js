// A Source is the internal state of an EventSource object. It carries out the core's
// decisions and makes none.

import { CHUNK_SIZE, REQUEST, ANNOUNCE, FAIL } from './abi.js'
import { core, end, respond } from './core.js'
import { PlainEvent, StreamEvent } from './events.js'
import { keep, release } from './lifecycle.js'
import { begin, next, listenersOf } from './listeners.js'
import { AbortController, clearTimeout, fetch, now, outside, setTimeout } from './platform.js'
import { isForeign, probe } from './refusal.js'
import { reset, feed, take } from './stream.js'
import { Decoder, request, whenReady } from './tier.js'
import { enter, late, send, soon, turn } from './turns.js'
import { resolve, originOf } from './url.js'
import { demand, isObject, FAILED } from './webidl.js'

// Values of readyState.
export var CONNECTING = 0
export var OPEN = 1
export var CLOSED = 2

// How long to remember that another origin has refused the ID, in ms. Choice.
var MEMORY = 60000

var warned // that options are ignored

export function Source(target, url, init) {
  demand(init == null || isObject(init), FAILED + 'the options must be an object')
  // Spec: other members are not read.
  if (init && !warned && ('headers' in init || 'method' in init || 'body' in init)) {
    warned = true
    console.warn('EventSource: headers, method and body are ignored here; eventsource-plus takes them')
  }
  var source = this
  source.withCredentials_ = !!(init && init.withCredentials)
  source.url_ = resolve(url)
  // fetch refuses URLs that contain a user name and password.
  source.requested_ = source.url_.replace(/^(\w+:\/\/)[^/?#]*@/, '$1')
  source.readyState_ = CONNECTING
  source.target_ = target
  source.lists_ = Object.create(null) // listeners
  source.handlers_ = {}
  source.id_ = source.lastEventId_ = ''

  // The first response may arrive before the core is ready.
  function answered(f) {
    f = entry(source, f)
    return function (a, b, c, d) {
      whenReady(function () {
        if (source.handle_ >= 0) f(a, b, c, d)
      })
    }
  }
  source.head_ = answered(function (status, contentType, url, redirected) {
    source.origin_ = originOf(url)
    source.failures_ = 0
    source.answers_ = false
    source.accepted_ = source.accepted_ || !source.bare_
    // Spec: the same request is sent again, to the URL that redirects have led to.
    if (redirected) source.requested_ = url
    var action = respond(source, status, contentType)
    if (action == FAIL && status) complain(source, status + ' ' + contentType)
    act(source, action)
  })
  source.bytes_ = entry(source, function (chunk) {
    source.chunk_ = chunk
    source.at_ = 0
  })
  source.end_ = entry(source, function (reason) { act(source, end(source, reason)) })
  source.none_ = answered(function (blocked) { none(source, blocked) })
  source.elapse_ = entry(source, function () { act(source, core.elapse_(source.handle_)) })
  source.play_ = guarded(source, function () { play(source) })
  source.failures_ = 0 // in a row, while it is unknown whether the page may read responses

  keep(source, close, stop)
  // A source that the same script closes sends no request.
  outside(function () {
    soon(guarded(source, function () {
      if (source.readyState_ != CLOSED) start(source)
    }))
  })
}

// Returns f with a handler for exceptions. Only bugs of the polyfill throw in f, such
// as a trap in the core.
function guarded(source, f) {
  return function () {
    try {
      f()
    } catch (error) {
      abandon(source, error)
    }
  }
}

// Returns a function for timers and transports to call. It calls f, then dispatches the
// events that f has caused. If it has to wait for other turns, a listener may close the
// source meanwhile.
export function entry(source, f) {
  return function (a, b, c, d) {
    enter(guarded(source, function () {
      if (source.readyState_ != CLOSED) f(a, b, c, d)
      play(source)
    }))
  }
}

function start(source) {
  // Send the request first and create the core while it is under way. A request that
  // cannot be aborted waits for the core: if the page closed its source immediately,
  // such requests would occupy the connections that the legacy file needs.
  if (request && AbortController) open(source)
  whenReady(function (failure) {
    if (source.readyState_ == CLOSED) return
    if (!failure) {
      source.handle_ = core.open_()
      if (source.handle_ >= 0) return source.transport_ || open(source)
      failure = 'too many connections'
    }
    abandon(source, failure)
  })
}

// Handles a request without a response. If a server answers the probe, the page may
// not read its responses. Once the page has read one, there is no need to ask.
//
// Another origin may have refused only the ID, which needs a preflight. A single
// failure may be a network error, so the probe is sent after the second in a row, or
// after the first if the ID was refused before. The server may have started between the
// request and the probe, so a refusal is a request that fails between two probes that a
// server answers.
function none(source, blocked) {
  var url = source.requested_
  var foreign = isForeign(url)
  var doubtful = foreign && !source.bare_ ? !source.accepted_ : !source.origin_
  if (blocked) return source.head_(0, '', '')
  if (!doubtful || ++source.failures_ < 2 && !source.refused_) return source.end_()
  // Without fetch there is no probe.
  if (fetch) source.transport_ = probe(url, source.withCredentials_, answered)
  else if (source.bare_) source.end_()
  else refused()

  function answered(answers) {
    source.answers_ = answers && !source.answers_
    if (source.answers_) open(source)
    else if (answers) refused()
    else source.end_()
  }

  function refused() {
    if (source.bare_) return source.head_(0, '', '')
    source.refused_ = now()
    open(source)
  }
}

export function act(source, action) {
  if (action == ANNOUNCE) {
    source.readyState_ = OPEN
    reset(source, Decoder)
    source.chunk_ = []
    fire(source, 'open')
  } else if (action == FAIL) {
    fail(source)
  } else if (action) {
    source.readyState_ = CONNECTING
    source.transport_.stop_()
    if (action == REQUEST) return open(source)
    source.timer_ = setTimeout(source.elapse_, core.delay_(source.handle_))
    fire(source, 'error')
  }
}

// Sends the request, without the last event ID if it was refused recently.
function open(source) {
  var headers = { Accept: 'text/event-stream' }
  source.bare_ = !source.lastEventId_ || now() - source.refused_ < MEMORY
  // The header is the ID in UTF-8; scripts pass header bytes as Latin-1 characters.
  if (!source.bare_) headers['Last-Event-ID'] = unescape(encodeURIComponent(source.lastEventId_))
  source.transport_ = request(source.requested_, headers, source.withCredentials_, source)
}

// Continues with the current event and the current bytes, until a listener has run or
// more bytes are requested. The next listener gets a turn of its own, so that all
// microtasks that this one queues run before it, as they do in a native dispatch.
function play(source) {
  for (;;) {
    var tokens = source.tokens_
    if (source.dispatch_) {
      if (next(source, source.dispatch_)) return turn(source.play_)
      source.dispatch_ = null
    } else if (source.readyState_ != OPEN) {
      return
    } else if (source.token_ < tokens.length) {
      var list = take(source)
      if (list) {
        source.dispatch_ = begin(source, new StreamEvent(source), list)
      }
    } else if (tokens[0]) {
      act(source, tokens[0])
    } else if (source.chunk_ && source.at_ < source.chunk_.length) {
      feed(source, source.chunk_.subarray(source.at_, source.at_ += CHUNK_SIZE))
    } else {
      source.part_ = source.chunk_ = null
      // A reader that has bytes answers in a microtask, so a long burst would block
      // rendering and input.
      return late() ? turn(source.transport_.read_) : source.transport_.read_()
    }
  }
}

function fire(source, type) {
  source.dispatch_ = begin(source, new PlainEvent(type, source), listenersOf(source, type))
}

export function close(source) {
  if (source.readyState_ == CLOSED) return
  source.readyState_ = CLOSED
  release(source)
  send()
  clearTimeout(source.timer_)
  if (source.transport_) source.transport_.stop_()
  if (source.handle_ >= 0) core.close_(source.handle_)
}

// Implements window.stop() for a source. The error event is fired in its own task.
function stop(source) {
  close(source)
  setTimeout(function () {
    enter(function () {
      fire(source, 'error')
      play(source)
    })
  })
}

// Fails the connection.
function fail(source) {
  if (source.readyState_ == CLOSED) return
  close(source)
  fire(source, 'error')
}

// Logs why a source has failed. The query of its URL may contain a token, so the line does
// not have it.
export function complain(source, reason) {
  console.error('EventSource ' + source.url_.replace(/[?#].*/, '').replace(/\/\/[^\/]*@/, '//') + ' failed:', reason)
}

// Fails the connection and logs why.
function abandon(source, reason) {
  complain(source, reason)
  fail(source)
  turn(source.play_)
}
