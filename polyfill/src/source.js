// A source is what is behind an EventSource object: it carries out what the core
// decides, and knows no decision itself.

import { CHUNK_SIZE, REQUEST, ANNOUNCE, REESTABLISH, FAIL } from './abi.js'
import { core, respond } from './core.js'
import { PlainEvent, StreamEvent } from './events.js'
import { begin, next, listenersOf } from './listeners.js'
import { keep, release } from './lifecycle.js'
import { reset, feed, take } from './stream.js'
import { isForeign, probe } from './refusal.js'
import { request, whenReady } from './tier.js'
import { resolve, originOf } from './url.js'
import { demand, isObject } from './webidl.js'

// Values of readyState.
export var CONNECTING = 0
export var OPEN = 1
export var CLOSED = 2

// How long the page waits for its turn while events come, in ms. Choice: half a
// frame. The clock is looked at with one token in eight.
var TURN = 8

var resolved = self.Promise && Promise.resolve()
var clock = self.performance || Date
var later = resolved ? function (f) { resolved.then(f) } : setTimeout

export function Source(target, url, init) {
  demand(init == null || isObject(init), 'an object as options')
  var source = this
  source.withCredentials_ = !!(init && init.withCredentials)
  source.url_ = resolve(url)
  // What is requested: fetch refuses a URL with a name and a password in it.
  source.requested_ = source.url_.replace(/^(\w+:\/\/)[^/?#]*@/, '$1')
  source.readyState_ = CONNECTING
  source.target_ = target
  source.lists_ = Object.create(null) // listeners
  source.handlers_ = {}
  source.id_ = source.lastEventId_ = ''

  // The first answer may come before the core.
  function answered(f) {
    f = guarded(source, f)
    return function (a, b, c, d) {
      whenReady(function () {
        if (source.handle_ >= 0 && source.readyState_ != CLOSED) f(a, b, c, d)
      })
    }
  }
  source.head_ = answered(function (status, contentType, url, redirected) {
    source.origin_ = originOf(url)
    source.failures_ = 0
    source.accepted_ = source.accepted_ || !source.bare_
    // Spec: the request is used again, and with it where redirects have led.
    if (redirected) source.requested_ = url
    act(source, respond(source.handle_, status, contentType))
  })
  source.bytes_ = guarded(source, function (chunk) { bytes(source, chunk) })
  source.end_ = guarded(source, function () { act(source, core.end_(source.handle_)) })
  source.none_ = answered(function (blocked) { none(source, blocked) })
  source.play_ = guarded(source, function () { play(source) })
  source.elapse_ = guarded(source, function () { act(source, core.elapse_(source.handle_)) })

  source.failures_ = 0 // in a row, as long as it is in doubt whether the page may read

  keep(source, close, stop)
  // A source that is closed at once requests nothing.
  later(guarded(source, function () {
    if (source.readyState_ != CLOSED) start(source)
  }))
}

// Nothing but a fault of ours throws in f, a trap of the core above all.
function guarded(source, f) {
  return function (a, b, c, d) {
    try {
      f(a, b, c, d)
    } catch (error) {
      abandon(source, error)
    }
  }
}

function start(source) {
  // The core is made while the request is on its way, if there is a transport, and
  // one that can be given up: else sources that are closed at once keep connections
  // that the legacy file needs.
  if (request && self.AbortController) open(source)
  whenReady(function (failure) {
    if (source.readyState_ == CLOSED) return
    if (!failure) {
      source.handle_ = core.open_()
      if (source.handle_ >= 0) return source.transport_ || open(source)
      failure = 'too many connections'
    }
    // The page has yet to add its listeners.
    source.timer_ = setTimeout(function () { abandon(source, failure) })
  })
}

// There is no response. If a server answers all the same, the page was not allowed
// to read it; once a response could be read, that is no longer in doubt.
//
// Another origin may have refused no more than the ID, which takes a preflight.
// One failure may be the network's, so only the second in a row is looked into, or
// the first where the ID was refused before.
function none(source, blocked) {
  var url = source.requested_
  var foreign = isForeign(url)
  var doubtful = foreign && !source.bare_ ? !source.accepted_ : !source.origin_
  if (blocked) return source.head_(0, '', '')
  if (!doubtful || ++source.failures_ < 2 && !source.refused_) return source.end_()
  source.transport_ = probe(url, source.withCredentials_, !source.bare_, guarded(source, function (refused) {
    if (!refused) source.end_()
    else if (source.bare_) source.head_(0, '', '')
    else {
      source.refused_ = true
      open(source, true)
    }
  }))
}

function act(source, action) {
  if (action == REQUEST) {
    open(source)
  } else if (action == ANNOUNCE) {
    source.readyState_ = OPEN
    reset(source)
    source.rested_ = clock.now()
    source.chunk_ = []
    fire(source, 'open')
  } else if (action == REESTABLISH) {
    source.readyState_ = CONNECTING
    source.transport_.stop_()
    source.timer_ = setTimeout(source.elapse_, core.delay_(source.handle_))
    fire(source, 'error')
  } else if (action == FAIL) {
    fail(source)
  }
}

// Requests the stream. bare: without the last event ID.
function open(source, bare) {
  var headers = { Accept: 'text/event-stream' }
  source.bare_ = bare || !source.lastEventId_
  // The header's bytes are the ID in UTF-8, which a script gives as Latin-1.
  if (!source.bare_) headers['Last-Event-ID'] = unescape(encodeURIComponent(source.lastEventId_))
  source.transport_ = request(source.requested_, headers, source.withCredentials_, source)
}

// What the transport tells: see fetch.js.

function bytes(source, chunk) {
  source.time_ = clock.now()
  source.chunk_ = chunk
  source.at_ = 0
  source.play_()
}

// Goes on with the event and the bytes in hand until a listener has run, or asks for
// more. What a listener puts off to a microtask comes before the next listener, as it
// does where the browser itself calls them; so this puts itself off too.
function play(source) {
  for (;;) {
    var tokens = source.tokens_
    if (source.dispatch_) {
      if (!next(source, source.dispatch_)) {
        source.dispatch_ = null
        if (source.token_ % 8 == 1 && rest(source, source.play_)) return
      } else if (resolved) return resolved.then(source.play_)
    } else if (source.readyState_ != OPEN) {
      return
    } else if (source.token_ < tokens.length) {
      var list = take(source)
      if (list) {
        source.dispatch_ = begin(source, new StreamEvent(source.name_, source.time_, source.data_, source.origin_, source.id_), list)
      }
    } else if (tokens[0]) {
      return act(source, tokens[0])
    } else if (source.at_ < source.chunk_.length) {
      feed(source, source.chunk_.subarray(source.at_, source.at_ += CHUNK_SIZE))
    } else {
      source.part_ = source.chunk_ = null
      return rest(source, source.transport_.read_) || source.transport_.read_()
    }
  }
}

// Lets the page have its turn before f, if the last is too long ago: whether so. A
// reader whose bytes are there answers in a microtask, so that a long burst would
// let no rendering and no input in. Engines without a scheduler have no more than
// setTimeout, which waits 4 ms, and in a hidden page a second: they go on.
function rest(source, f) {
  if (clock.now() - source.rested_ < TURN || !self.scheduler || !scheduler.postTask) return
  return scheduler.postTask(function () {
    source.rested_ = clock.now()
    f()
  })
}

function fire(source, type) {
  source.dispatch_ = begin(source, new PlainEvent(type, clock.now()), listenersOf(source, type))
  source.play_()
}

export function close(source) {
  if (source.readyState_ == CLOSED) return
  source.readyState_ = CLOSED
  release(source)
  clearTimeout(source.timer_)
  if (source.transport_) source.transport_.stop_()
  if (source.handle_ >= 0) core.close_(source.handle_)
}

// What window.stop() does to a source: the error comes in a task of its own.
function stop(source) {
  close(source)
  setTimeout(function () { fire(source, 'error') })
}

// Fails the connection.
function fail(source) {
  if (source.readyState_ == CLOSED) return
  close(source)
  fire(source, 'error')
}

// Ends for all to see what cannot go on.
function abandon(source, reason) {
  console.error('EventSource ' + source.url_ + ' failed:', reason)
  fail(source)
}
