// Hubs in a shared worker.

import { clearTimeout, setTimeout } from './platform.js'
import { Hub } from './hub.js'
import { hold, locks, unique, watch } from './locks.js'
import { HELLO, LINGER, PREFIX } from './messages.js'

// How long the worker may take to start, in ms. Choice.
var PATIENCE = 10000

// In a tab: has a member join a hub in the worker. Calls fail if there can be no worker.
// Returns a function that leaves the hub.
export function joinWorker(member, connection, url, fail) {
  // The hub removes a member when this lock becomes free.
  var life = locks && unique(PREFIX)
  var die
  var port
  var timer
  var forget
  var left

  function connect() {
    if (forget) forget()
    try {
      var worker = new SharedWorker(member.page_.trusted_(url), PREFIX)
    } catch (error) {
      return none()
    }
    worker.onerror = none
    timer = setTimeout(none, PATIENCE)
    port = worker.port
    port.onmessage = function (event) {
      clearTimeout(timer)
      var hello = event.data[0]
      if (hello[0] == HELLO && locks && !left) forget = watch(hello[3], connect)
      member.receive_(event.data)
    }
    port.postMessage([connection, member.position_(), life])
  }

  function none() {
    if (left) return
    leave()
    fail()
  }

  function leave() {
    left = true
    clearTimeout(timer)
    if (forget) forget()
    if (die) die()
    if (!port) return
    port.postMessage(null)
    setTimeout(function () {
      port.close()
      member.answer_()
    }, LINGER)
  }

  if (locks) die = hold(life, connect, none)
  else connect()
  return leave
}

// In the worker: serves the tabs that connect.
export function serve() {
  var rooms = {} // by connection
  var life = locks && unique(PREFIX)
  var ready = new Promise(function (resolve) {
    if (locks) hold(life, resolve, resolve)
    else resolve()
  })

  self.onconnect = function (event) {
    var port = event.ports[0]
    var connection
    var room
    port.onmessage = function (event) {
      ready.then(function () {
        if (event.data) join(event.data)
        else leave()
      })
    }

    function join(message) {
      connection = message[0]
      room = rooms[connection]
      if (!room || room.hub_.failed_()) room = rooms[connection] = new Room(connection, message[1])
      var missed = room.hub_.missed_(message[1])
      if (missed.length) port.postMessage(missed)
      room.ports_.push(port)
      port.postMessage(room.hub_.greet_(life))
      if (locks) watch(message[2], leave)
    }

    function leave() {
      // After a failure, a member stays to receive the body of the response.
      if (room.hub_.failed_()) setTimeout(remove, LINGER)
      else remove()
    }

    function remove() {
      room.ports_ = room.ports_.filter(function (other) { return other != port })
      if (room.ports_.length) return
      room.hub_.close_()
      if (rooms[connection] == room) delete rooms[connection]
    }
  }
}

// A hub and the ports of its members.
function Room(connection, position) {
  var room = this
  room.ports_ = []
  room.hub_ = new Hub(connection, position, function (messages) {
    room.ports_.forEach(function (port) { port.postMessage(messages) })
  })
}
