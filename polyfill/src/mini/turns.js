// Turns: calls one after the other on one stack, which yields after some time. Mini
// programs have no MessageChannel, and not every device has a Promise of its own.

import { now, setTimeout } from './platform.js'

// How long turns may follow each other, in ms. Choice.
var LIMIT = 8

var waiting = [] // callbacks
var busy = false // a turn has begun, and has not ended
var sent = false // a timer for the next turns runs
var began = 0 // when the turns that follow each other did

// Runs callback in a turn of its own.
export function turn(callback) {
  waiting.push(callback)
  send()
}

export { turn as soon }

// Runs callback now unless other turns are waiting.
export function enter(callback) {
  if (busy || waiting.length) return turn(callback)
  began = now()
  run(callback)
  send()
}

// Reports whether the script should yield to the program before it continues.
export function late() {
  return now() - began >= LIMIT
}

// Starts the timer for the next turns, if there are any.
export function send() {
  if (sent || busy || !waiting.length) return
  sent = true
  setTimeout(task)
}

function task() {
  sent = false
  began = now()
  do run(waiting.shift())
  while (waiting.length && !late())
  send()
}

function run(callback) {
  busy = true
  callback()
  busy = false
}
