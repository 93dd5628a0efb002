// The core's ABI: the functions that the core exports, and the window, which is
// the memory that it shares with JavaScript.
//
// wasm/main.go documents both; abi.js has the numbers.

import { COUNT, FIRST_TOKEN, TOKEN_WORDS, CHUNK, CHUNK_SIZE } from './abi.js'

// What the core exports, once connect has been called.
export var core

var words // the window, in 32-bit words
export var chunk // the window's chunk

// Makes exports the core.
export function connect(exports) {
  core = exports
  words = new Int32Array(core.memory_.buffer, core.address_())
  chunk = new Uint8Array(core.memory_.buffer, core.address_() + CHUNK)
}

// Passes the head of a response to the core and returns the action.
export function respond(source, status, contentType) {
  for (var i = 0; i < contentType.length; i++) chunk[i] = contentType.charCodeAt(i)
  return core.respond_(source.handle_, status, Math.min(i, CHUNK_SIZE))
}

// Reports that a response has ended and returns the action.
export function end(source) {
  return core.end_(source.handle_)
}

// Feeds the core the next bytes of a response's body, at most CHUNK_SIZE. Returns
// the action, followed from FIRST_TOKEN on by the tokens to carry out before it.
// They are valid until the next call.
export function tokensOf(handle, bytes) {
  chunk.set(bytes)
  var action = core.feed_(handle, bytes.length)
  var tokens = words.subarray(0, FIRST_TOKEN + words[COUNT] * TOKEN_WORDS)
  tokens[0] = action
  return tokens
}
