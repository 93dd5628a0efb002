// A source is what is behind an EventSource object: it carries out what the core
// decides, and knows no decision itself.

import { core, request, whenReady, respond, feed, CHUNK_SIZE, TOKEN_WORDS } from './core.js'
import { PlainEvent, StreamEvent } from './events.js'
import { Listeners } from './listeners.js'
import { keep, release } from './lifecycle.js'
import { resolve, originOf, requestable } from './url.js'

// Values of readyState.
var CONNECTING = 0
var OPEN = 1
var CLOSED = 2

// Actions of the core: wasm/eventsource says what they mean.
var REQUEST = 1
var ANNOUNCE = 2
var REESTABLISH = 3
var FAIL = 4

// Kinds of token: wasm/eventstream says what they do.
var APPEND = 1
var DATA = 3
var LINE = 4
var TYPE = 5
var ID = 6
var COMMIT = 7
var DISPATCH = 8
var EVENT = 9

// Puts f off to a microtask, where there are any.
var resolved = self.Promise && Promise.resolve()
var microtask = self.queueMicrotask || resolved && function (f) { resolved.then(f) }

function now() {
  return self.performance && performance.now ? performance.now() : Date.now()
}

// Nothing but a fault of ours throws in f, a trap of the core above all.
function guarded(f) {
  return function (a, b, c, d) {
    try {
      f.call(this, a, b, c, d)
    } catch (error) {
      this.abandon_(error)
    }
  }
}

export function Source(target, url, init) {
  if (init != null && typeof init != 'object' && typeof init != 'function') {
    throw new TypeError('EventSource needs an object as options')
  }
  this.withCredentials_ = !!(init && init.withCredentials)
  this.url_ = resolve(url)
  // What is requested: fetch refuses a URL with a name and a password in it.
  this.target_ = this.url_.replace(/^(\w+:\/\/)[^/?#]*@/, '$1')
  this.readyState_ = CONNECTING
  this.listeners_ = new Listeners(target)
  this.id_ = this.lastEventId_ = ''
  this.handle_ = -1

  keep(this)

  var source = this
  this.pump_ = function () { source.play_() }
  whenReady(function (failure) {
    if (source.readyState_ != CLOSED) source.begin_(failure)
  })
}

Source.prototype = {
  // Begins, now that the core is there or can never be. What fails here is told
  // in a task of its own: the page has yet to add its listeners.
  begin_: function (failure) {
    var source = this
    if (!failure) {
      this.handle_ = core.open()
      if (this.handle_ < 0) failure = new Error('too many connections')
    }
    if (!failure && requestable(this.url_)) {
      this.request_()
    } else {
      setTimeout(function () {
        if (failure) source.abandon_(failure)
        else source.act_(respond(source.handle_, 0, ''))
      })
    }
  },

  act_: function (action) {
    switch (action) {
      case REQUEST:
        this.request_()
        break
      case ANNOUNCE:
        this.readyState_ = OPEN
        this.id_ = this.lastEventId_
        this.value_ = this.data_ = this.type_ = ''
        this.fire_('open')
        break
      case REESTABLISH:
        var source = this
        this.readyState_ = CONNECTING
        this.transport_.stop_()
        this.timer_ = setTimeout(function () {
          source.act_(core.elapse(source.handle_))
        }, core.delay(this.handle_))
        this.fire_('error')
        break
      case FAIL:
        this.close_()
        this.fire_('error')
    }
  },

  // Requests the stream. bare: without the last event ID.
  request_: function (bare) {
    var headers = { Accept: 'text/event-stream' }
    // The header's bytes are the ID in UTF-8, which a script gives as Latin-1.
    if (this.lastEventId_ && !bare) headers['Last-Event-ID'] = unescape(encodeURIComponent(this.lastEventId_))
    this.bare_ = !headers['Last-Event-ID']
    this.transport_ = request(this.target_, headers, this.withCredentials_, this)
  },

  // What the transport tells: see fetch.js.

  head_: guarded(function (status, contentType, url, redirected) {
    this.origin_ = originOf(url)
    // Spec: the request is used again, and with it where redirects have led.
    if (redirected) this.target_ = url
    this.act_(respond(this.handle_, status, contentType))
    if (this.readyState_ == OPEN) this.transport_.read_()
  }),

  bytes_: function (bytes) {
    this.time_ = now()
    this.chunk_ = bytes
    this.at_ = 0
    this.part_ = null
    this.play_()
  },

  end_: guarded(function () {
    this.act_(core.end(this.handle_))
  }),

  none_: guarded(function (futile) {
    if (!futile) return this.end_()
    // A preflight, because of the ID, may be all that was refused.
    if (this.bare_) this.act_(respond(this.handle_, 0, ''))
    else this.request_(true)
  }),

  // Goes on with the bytes in hand until there are none or a listener has run.
  // What a listener puts off to a microtask comes before the next listener, as
  // it does where the browser itself calls them; so this puts itself off too.
  play_: guarded(function () {
    for (;;) {
      var part = this.part_
      if (this.event_) {
        if (!this.listeners_.next_(this.event_)) this.event_ = null
        else if (microtask) return microtask(this.pump_)
        else continue
      }
      if (this.readyState_ != OPEN) return
      if (part && this.token_ < part.tokens_.length) {
        this.take_(part.tokens_, this.token_, part.text_)
        this.token_ += TOKEN_WORDS
      } else if (part && part.action_) {
        return this.act_(part.action_)
      } else if (this.at_ < this.chunk_.length) {
        this.part_ = feed(this.handle_, this.chunk_.subarray(this.at_, this.at_ += CHUNK_SIZE))
        this.token_ = 0
      } else {
        this.chunk_ = null
        return this.transport_.read_()
      }
    }
  }),

  // Carries out the token at tokens[i].
  take_: function (tokens, i, text) {
    var kind = tokens[i]
    var value = this.value_ + text.substring(tokens[i + 1], tokens[i + 2])
    if (kind == APPEND) {
      this.value_ = value
      return
    }
    this.value_ = ''
    switch (kind) {
      case DATA:
        this.data_ = value
        break
      case LINE:
        this.data_ += '\n' + value
        break
      case TYPE:
        this.type_ = value
        break
      case ID:
        this.id_ = value
        break
      case COMMIT:
        this.lastEventId_ = this.id_
        this.type_ = ''
        break
      case EVENT:
        this.dispatch_(value)
        break
      case DISPATCH:
        this.dispatch_(this.data_)
        this.data_ = ''
    }
  },

  dispatch_: function (data) {
    var type = this.type_ || 'message'
    this.type_ = ''
    this.lastEventId_ = this.id_
    if (this.listeners_.lists_[type]) {
      this.event_ = new StreamEvent(type, this.time_, data, this.origin_, this.id_)
      this.listeners_.begin_(this.event_, type)
    }
  },

  fire_: function (type) {
    this.listeners_.dispatch_(new PlainEvent(type, now()), type)
  },

  close_: function () {
    if (this.readyState_ == CLOSED) return
    this.readyState_ = CLOSED
    release(this)
    clearTimeout(this.timer_)
    if (this.transport_) this.transport_.stop_()
    if (core) core.close(this.handle_)
  },

  // The page leaves, or has been stopped.
  leave_: function (stopped) {
    this.close_()
    if (stopped) this.fire_('error')
  },

  // Ends for all to see what cannot go on.
  abandon_: function (reason) {
    if (this.readyState_ == CLOSED) return
    console.error('EventSource ' + this.url_ + ' failed:', reason)
    this.close_()
    this.fire_('error')
  }
}
