// A hub: one connection, whose events it passes on to members in any tabs. It lives in
// the shared worker or in one of the tabs.

import { StreamEvent } from './events.js'
import { wakeUp } from './lifecycle.js'
import { close, Source, CLOSED, OPEN } from './source.js'
import { turn } from './turns.js'
import { define } from './webidl.js'
import { keep } from './recent.js'
import { BODY, ENDED, EVENT, HELLO, ID, OPENED } from './messages.js'

// Opens a connection and calls send with arrays of messages. connection is what the
// members have in common, as JSON. position is where to continue, if other events came
// before: how many, the last event ID, and the messages of the latest of them.
export function Hub(connection, position, send) {
  var hub = this
  var parsed = JSON.parse(connection)
  var options = parsed[2]
  // JSON has written null for settings without a value.
  options.settings_.forEach(function (value, setting) {
    if (value == null) delete options.settings_[setting]
  })
  var source = hub.source_ = new Source({}, parsed[0], { withCredentials: parsed[1] })
  var batch = []
  var recent = []
  var count = position ? position[0] : 0
  var id = position ? position[1] : options.lastEventId_
  var sent = source.id_ = id // the last event ID that members know

  if (position) position[2].forEach(function (message) { keep(recent, message) })
  source.options_ = options
  // Listeners of all types. The order between them matters in the tabs only.
  source.play_.relaxed_ = true
  var list = [{ callback_: forward }]
  source.lists_ = new Proxy({}, { get: function () { return list } })
  define(source, {
    get lastEventId_() { return id },
    set lastEventId_(value) {
      if (value != id) schedule()
      id = value
    }
  })
  if (options.onWake_) wakeUp(source)

  function forward(event) {
    if (event instanceof StreamEvent) {
      post(keep(recent, [EVENT, ++count, event.type, event.data, sent = event.lastEventId]))
    } else if (event.type == 'open') {
      post([OPENED, headOf(source.response_)])
    } else if (source.readyState_ != CLOSED || event.reason != 'aborted') {
      // window.stop() stops the sources of one tab only, which leaves the hub.
      post([ENDED, source.readyState_, event.reason, event.delay, source.response_ && headOf(source.response_)])
      event.body().then(function (text) { post([BODY, text]) }, function () { post([BODY]) })
    }
  }

  function post(message) {
    schedule()
    batch.push(message)
  }

  // Sends all messages of a chunk together.
  function schedule() {
    if (!batch.scheduled_) turn(flush)
    batch.scheduled_ = true
  }

  function flush() {
    var messages = batch
    batch = []
    if (id != sent) messages.push([ID, sent = id])
    if (messages.length) send(messages)
  }

  // Returns the latest events that a member at a position may have missed: when a hub dies,
  // members learn of the next one at different times. Members ignore what they have.
  hub.missed_ = function (position) {
    return position ? recent.filter(function (message) { return message[1] > position[0] }) : []
  }

  // Returns the messages for a new member.
  hub.greet_ = function (lock) {
    flush()
    var greeting = [[HELLO, count, id, lock]]
    if (source.readyState_ == OPEN) greeting.push([OPENED, headOf(source.response_)])
    return greeting
  }
}

Hub.prototype.close_ = function () { close(this.source_) }

Hub.prototype.failed_ = function () { return this.source_.readyState_ == CLOSED }

// Returns the head of a response as data: status, its text, the URL and the headers.
function headOf(response) {
  var headers = []
  // The headers of an XMLHttpRequest are not listed.
  if (response.headers.forEach) response.headers.forEach(function (value, name) { headers.push([name, value]) })
  return [response.status, response.statusText, response.url, headers]
}
