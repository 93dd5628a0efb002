// Turns: calls on an empty stack. When one ends, the browser runs every microtask
// that it has queued before the next one begins.
//
// A browser calls each listener of an event in a turn of its own. A script cannot
// do that, but the browser can do it for the script: it calls the listeners of one
// message one after the other, so a port with many listeners gives many turns for
// one message.
//
// Without MessageChannel a turn is a task of its own.

import { live } from './lifecycle.js'
import { MessageChannel, now, setTimeout, zone } from './platform.js'

// How many turns a message gives at first, and at most. Choices: 1,024 listeners
// take 6 ms to make, and Node.js warns of more than ten.
var FEW = 8
var MANY = 512

// How long the turns of a message may take, in ms, before the page renders and
// handles input: half a frame. Choice.
var LIMIT = 8

var waiting = [] // callbacks
var busy = false // a turn has begun, and has not ended
var sent = false // the message for the next turns is on its way, or being handled
var channel // while it is open
var size // how many turns a message of the channel gives
var message // that is being handled
var left // how many more turns it gives
var began // when its first turn did

var resolved = self.Promise && Promise.resolve()

// Runs callback in a microtask, which comes before the page is parsed further and
// rendered; without Promise, in a turn.
export function soon(callback) {
  if (resolved) resolved.then(callback)
  else turn(callback)
}

// Runs callback in a turn of its own.
export function turn(callback) {
  waiting.push(callback)
  if (!busy) send()
}

// Runs callback now, as the turn that a task of the browser's own is, unless others
// are waiting. Inside a turn it has to wait too: a listener may open a nested event
// loop, such as that of alert().
export function enter(callback) {
  if (busy || waiting.length) return turn(callback)
  busy = true
  callback()
  busy = false
  send()
}

// Reports whether the script should yield to the page before it continues.
export function late() {
  return !(now() - began < LIMIT)
}

// Sends the message for the next turns, if there are any. When no source is left, it
// closes the channel: an open port keeps a worker, and a program of Node.js, alive.
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
  } else {
    setTimeout(fallback)
  }
}

function open() {
  channel = new MessageChannel()
  channel.port1.start()
  size = 0
  grow(FEW)
}

function grow(count) {
  // zone.js calls all listeners of a message on one stack, but keeps the method
  // that it has replaced.
  var add = zone() && channel.port1[Zone.__symbol__('addEventListener')] || channel.port1.addEventListener
  for (; size < count; size++) add.call(channel.port1, 'message', listener())
}

// Returns a new function: a port calls the same function only once.
function listener() {
  return function (event) { step(event) }
}

function step(event) {
  if (busy) {
    // A nested event loop: the turn in progress sends another message when it ends.
    sent = false
    return event.stopImmediatePropagation()
  }
  if (message != event) {
    message = event
    left = size
    began = now()
  }
  next()
  if (--left && waiting.length && !late()) return
  event.stopImmediatePropagation()
  message = null
  sent = false
  if (!left && waiting.length && size < MANY) grow(size * 2)
  send()
}

function fallback() {
  sent = false
  if (!busy && waiting.length) next()
  send()
}

function next() {
  busy = true
  waiting.shift()()
  busy = false
}
