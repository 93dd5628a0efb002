// The core, which is Go: see wasm/main.go for what it may be asked.

import bytes from 'eventsource.wasm'
import { request as fetchStream } from './fetch.js'
import { load, folder } from './load.js'

// The window's layout, as wasm/main.go has it: the first in words of 32 bits, the
// others in bytes.
var COUNT = 0
var CHUNK = 393232
export var FIRST_TOKEN = 1
export var TOKEN_WORDS = 3
export var CHUNK_SIZE = 65536

// What the core exports, the transport and the class of decoders, once they are
// there; the browser's own transport is from the beginning.
export var core
export var request = self.fetch && self.Response && 'body' in Response.prototype && fetchStream
export var Decoder

var waiting = [] // callbacks, until it is known whether there is a core
var failure // why there can be no core
var chunk // the window's chunk
var words // the window in 32-bit words

// Calls back when the core is there, at once unless it has to be loaded; or, with
// the reason, when there can be none.
export function whenReady(callback) {
  if (!waiting) callback(failure)
  else if (waiting.push(callback) < 2) make()
}

function make() {
  var exports
  try {
    Decoder = self.TextDecoder
    // Modules below 4 KiB compile at once in all engines.
    exports = request && Decoder && new WebAssembly.Instance(new WebAssembly.Module(bytes())).exports
    failure = 'fetch or TextDecoder is missing'
  } catch (error) {
    failure = error
  }
  if (exports) ready(exports)
  else if (self.EventSourceLegacy) adopt()
  else load('eventsource-legacy.js', adopt)
}

// Takes what does without WebAssembly, fetch or TextDecoder.
function adopt() {
  var legacy = self.EventSourceLegacy
  if (legacy) {
    request = request || legacy.request_
    Decoder = Decoder || legacy.Decoder_
  } else {
    failure = 'eventsource-legacy.js cannot be loaded from ' + folder + ', and ' + failure
  }
  ready(legacy && legacy.core_)
}

function ready(exports) {
  var callbacks = waiting
  waiting = 0
  if (exports) {
    core = exports
    failure = 0
    words = new Int32Array(core.memory_.buffer, core.address_())
    chunk = new Uint8Array(core.memory_.buffer, core.address_() + CHUNK)
  }
  callbacks.forEach(function (callback) { callback(failure) })
}

// Tells the core of a response and returns the action.
export function respond(handle, status, contentType) {
  for (var i = 0; i < contentType.length; i++) chunk[i] = contentType.charCodeAt(i)
  return core.respond_(handle, status, Math.min(i, CHUNK_SIZE))
}

// Feeds the core the next bytes of a response's body, CHUNK_SIZE of them at most.
// Returns the tokens that cut them up, with the action after them in front; they
// are there until the core is fed again.
export function tokensOf(handle, bytes) {
  chunk.set(bytes)
  var action = core.feed_(handle, bytes.length)
  var tokens = words.subarray(0, FIRST_TOKEN + words[COUNT] * TOKEN_WORDS)
  tokens[0] = action
  return tokens
}
