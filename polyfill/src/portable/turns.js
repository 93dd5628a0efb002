// Turns: calls after which all microtasks that they have queued run before the next
// turn begins.
//
// In Node.js, the listeners of one event share a turn, so each turn is a separate
// message.
//
// Without MessageChannel, a turn is a microtask, so only microtasks that are already
// queued run before the next turn.

import { live } from './lifecycle.js'
import { MessageChannel, now, setTimeout } from './platform.js'

// How long microtask turns may follow each other, in ms. Choice.
var LIMIT = 8

var waiting = [] // callbacks
var first = 0 // the index in waiting of the next one
var busy = false // a turn has begun, and has not ended
var sent = false // the next turn is on its way
var channel // while it is open
var began = 0 // when the turns that follow each other did
var resolved = Promise.resolve()

// Runs callback in a turn of its own.
export function turn(callback) {
  waiting.push(callback)
  if (!busy) send()
}

export { turn as soon }

// Runs callback now, as the turn that a task of the runtime's own is, unless others
// are waiting.
export function enter(callback) {
  if (busy || waiting.length) return turn(callback)
  began = now()
  busy = true
  callback()
  busy = false
  send()
}

// Reports whether the script should yield to the program before it continues.
export function late() {
  return now() - began >= LIMIT
}

// Sends the next turn, if one is waiting. When no source is left, it closes the channel:
// an open port keeps a program of Node.js alive.
export function send() {
  if (sent || busy) return
  if (!waiting.length) {
    if (channel && !live.length) {
      channel.port1.close()
      channel = null
    }
    return
  }
  sent = true
  if (MessageChannel) {
    if (!channel) open()
    channel.port2.postMessage(0)
  } else if (late()) {
    setTimeout(task)
  } else {
    resolved.then(step)
  }
}

function open() {
  channel = new MessageChannel()
  channel.port1.onmessage = task
}

function task() {
  began = now()
  step()
}

function step() {
  sent = false
  next()
  send()
}

function next() {
  if (!waiting.length) return
  var callback = waiting[first++]
  if (first == waiting.length) {
    waiting = []
    first = 0
  }
  busy = true
  callback()
  busy = false
}
