// Hubs in a tab: of the tabs that share a connection, the one that holds a lock is the
// leader, and has the hub. The others receive its messages over a BroadcastChannel.

import { setTimeout } from './platform.js'
import { Hub } from './hub.js'
import { hold, unique } from './locks.js'
import { LINGER, PREFIX } from './messages.js'

// Has a member join the tabs that share a connection. Calls fail if it may not. Returns a
// function that leaves them.
export function joinChannel(member, connection, fail) {
  var own = unique('')
  var channel // while it is open
  var hub
  try {
    channel = new BroadcastChannel(PREFIX + connection)
  } catch (error) {
    return fail()
  }

  // Messages are [name] from a member that joins, and [messages, name] from the leader,
  // without a name for all members.
  channel.onmessage = function (event) {
    var messages = event.data[0]
    var name = event.data[1]
    if (event.data.length < 2) {
      if (hub) channel.postMessage([hub.greet_(), messages])
    } else if (!hub && (!name || name == own)) {
      member.receive_(messages)
    }
  }

  function send(messages) {
    if (channel) channel.postMessage([messages, ''])
    member.receive_(messages)
  }

  channel.postMessage([own])
  var release = hold(PREFIX + connection, function () {
    hub = new Hub(connection, member.position_(), send)
    // Some of what the previous leader has sent may not have arrived everywhere.
    send(hub.missed_([-1]).concat(hub.greet_()))
  }, function () {
    channel.close()
    fail()
  })

  return function () {
    // The next leader would connect again before it hears that the connection has failed.
    var failed = hub && hub.failed_()
    if (hub) hub.close_()
    if (!failed) release()
    setTimeout(function () {
      release()
      channel.close()
      channel = null
      member.answer_()
    }, LINGER)
  }
}
