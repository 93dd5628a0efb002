// The core's ABI, with settings, reasons and random numbers.

import { ANNOUNCE, CHUNK_SIZE, END, NETWORK, REASONS } from '../abi.js'
import { chunk, core } from '../core.js'
import { complain } from '../source.js'

export { connect, core, tokensOf } from '../core.js'

// The longest time that timers support, in ms.
var LONGEST = 2147483647

// Writes a header to the chunk and returns its size.
function write(header) {
  for (var i = 0; i < header.length; i++) chunk[i] = header.charCodeAt(i)
  return Math.min(i, CHUNK_SIZE)
}

function random() {
  return Math.random() * 65536 | 0
}

export function respond(source, status, contentType) {
  configure(source)
  var retryAfter = status && source.response_.headers.get('Retry-After')
  // The core takes 32 bits, of which the rest of a larger number would be lost.
  var wait = retryAfter ? core.retryAfter_(write(retryAfter), Math.min(Date.parse(retryAfter) - Date.now(), LONGEST)) : 0
  var action = explained(source, core.respond_(source.handle_, status, write(contentType), wait, random()))
  source.refusedResponse_ = action != ANNOUNCE
  return action
}

export function end(source, reason) {
  configure(source)
  // XMLHttpRequest reports the status 0 after an error.
  var xhr = source.response_ && source.response_.xhr_
  return explained(source, core.end_(source.handle_, reason || (xhr && xhr.status ? END : NETWORK), random()))
}

// Keeps the details for the next error event, and returns the action.
function explained(source, result) {
  source.reason_ = REASONS[result >> 4]
  source.delay_ = core.delay_(source.handle_)
  if (source.reason_ == 'buffering' && !source.complained_) {
    source.complained_ = true
    complain(source, 'headers came, but no byte within idleTimeout. Does a proxy buffer the stream?')
  }
  return result & 15
}

// Gives the core the settings of a new source.
function configure(source) {
  // forEach skips the settings that have no value.
  source.options_.settings_.forEach(function (value, setting) { core.set_(source.handle_, setting, value) })
  source.options_.settings_ = []
}
