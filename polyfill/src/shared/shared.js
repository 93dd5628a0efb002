// eventsource-shared.js: one connection for all tabs of an origin. The second build loads
// it for sources with the option shared, and the shared worker is the same file.

import { joinChannel } from './channel.js'
import { locks } from './locks.js'
import { Member } from './member.js'
import { PREFIX } from './messages.js'
import { joinWorker, serve } from './worker.js'

if ('onconnect' in self && self.name == PREFIX) serve()
else if (!self[SHARED]) self[SHARED] = join

// Makes a source a member of the hub of its connection. page has functions of the script
// that the source belongs to, and the URL of this file, if it is known. Returns a function
// that leaves the hub.
function join(source, json, page) {
  var member = new Member(source, page)
  var connection = keyOf(json)
  var leave

  function withoutWorker() {
    leave = null
    // Without locks, the tabs would not notice that a leader has died.
    if (!locks || !self.BroadcastChannel) return page.alone_()
    leave = joinChannel(member, connection, page.alone_)
  }

  if (page.url_ && self.SharedWorker) leave = joinWorker(member, connection, page.url_, withoutWorker)
  else withoutWorker()
  return function () {
    if (leave) leave()
  }
}

// Returns the JSON without the options that may differ between tabs.
function keyOf(json) {
  var parsed = JSON.parse(json)
  parsed[2].shared_ = parsed[2].relaxed_ = undefined
  return JSON.stringify(parsed)
}
