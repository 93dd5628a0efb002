// A member: a source of this tab whose events come from a hub.

import { PlainEvent, StreamEvent } from './events.js'
import { CLOSED, CONNECTING, OPEN } from './source.js'
import { begin, listenersOf, next } from './listeners.js'
import { originOf } from './url.js'
import { keep } from './recent.js'
import { HELLO, OPENED, EVENT, ID, ENDED, BODY } from './messages.js'

// page has functions of the script that the source belongs to.
export function Member(source, page) {
  var member = this
  member.source_ = source
  member.page_ = page
  member.messages_ = []
  member.recent_ = []
  member.play_ = function () { play(member) }
  member.play_.relaxed_ = source.play_.relaxed_
}

// Takes an array of messages.
Member.prototype.receive_ = function (messages) {
  this.messages_ = this.messages_.concat(messages)
  if (!this.busy_) this.page_.enter_(this.play_)
}

// Where a hub that this member makes has to continue: see Hub.
Member.prototype.position_ = function () {
  if (!(this.count_ >= 0)) return null
  var count = this.count_
  var id = this.source_.lastEventId_
  var recent = this.recent_.slice()
  // What has arrived is not requested again, even if it still waits for a listener.
  this.messages_.forEach(function (message) {
    if (message[0] == ID) id = message[1]
    if (message[0] != EVENT || message[1] <= count) return
    count = message[1]
    id = message[4]
    keep(recent, message)
  })
  return [count, id, recent]
}

// Ends the wait for the body of the latest error event. Without a text, it could not be
// read.
Member.prototype.answer_ = function (text) {
  if (!this.settle_) return
  this.settle_[text == null ? 1 : 0](text == null ? new TypeError('body: the connection was lost') : text)
  this.settle_ = null
}

// Carries out messages until a listener has run. The next one gets a turn of its own.
function play(member) {
  var source = member.source_
  var at = 0
  member.busy_ = true
  for (;;) {
    if (source.dispatch_) {
      if (next(source, source.dispatch_)) {
        member.messages_ = member.messages_.slice(at)
        return member.page_.turn_(member.play_)
      }
      source.dispatch_ = null
    } else if (at < member.messages_.length) {
      carryOut(member, member.messages_[at++])
    } else {
      member.messages_ = []
      member.busy_ = false
      return
    }
  }
}

function carryOut(member, message) {
  var source = member.source_
  var kind = message[0]
  if (kind == BODY) member.answer_(message[1])
  if (source.readyState_ == CLOSED) return
  if (kind == HELLO) {
    if (source.readyState_ == OPEN) {
      // A new hub: the previous one has died.
      fail(member, [ENDED, CONNECTING, 'network', 0, null])
    } else if (!(member.count_ >= 0)) {
      member.count_ = message[1]
      source.id_ = source.lastEventId_ = message[2]
    }
  } else if (kind == OPENED) {
    source.readyState_ = OPEN
    source.tokens_ = []
    source.response_ = responseOf(message[1])
    source.origin_ = originOf(source.response_.url)
    source.dispatch_ = begin(source, new PlainEvent('open', source), listenersOf(source, 'open'))
  } else if (kind == EVENT) {
    // The previous hub has already delivered the events with lower numbers.
    if (!(message[1] > member.count_)) return
    member.count_ = message[1]
    keep(member.recent_, message)
    source.name_ = message[2]
    source.data_ = message[3]
    source.id_ = source.lastEventId_ = message[4]
    var list = source.lists_[source.name_]
    if (list) source.dispatch_ = begin(source, new StreamEvent(source), list)
  } else if (kind == ID) {
    source.id_ = source.lastEventId_ = message[1]
  } else if (kind == ENDED) {
    fail(member, message)
  }
}

function fail(member, message) {
  var source = member.source_
  source.cause_ = message[2]
  source.delay_ = message[3]
  member.answer_()
  source.response_ = message[4] && responseOf(message[4], bodyFor(member))
  if (message[1] == CLOSED) member.page_.close_(source)
  else source.readyState_ = CONNECTING
  source.dispatch_ = begin(source, new PlainEvent('error', source), listenersOf(source, 'error'))
}

// Returns a promise of the body that a message will have.
function bodyFor(member) {
  var text = new Promise(function () { member.settle_ = arguments })
  text.then(null, function () {}) // a page need not ask for it
  return text
}

// Returns a head with the members of a Response. text is a promise of its body.
function responseOf(head, text) {
  return {
    status: head[0],
    statusText: head[1],
    url: head[2],
    headers: new Headers(head[3]),
    body: text && { getReader: function () { return readerOf(text) } }
  }
}

// Returns a reader that returns the whole text at once.
function readerOf(text) {
  return {
    read: function () {
      return text.then(function (text) { return { done: true, value: new TextEncoder().encode(text) } })
    },
    cancel: function () { return text }
  }
}
