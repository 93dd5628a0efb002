// The core, which is Go: see wasm/main.go for what it may be asked.

import bytes from 'eventsource.wasm'
import { request as fetchStream } from './fetch.js'
import { load } from './load.js'

// The window's layout, as wasm/main.go has it: the first in words of 32 bits, the
// others in bytes.
var FROM = 0
var TO = 1
var COUNT = 2
var FIRST_TOKEN = 3
export var TOKEN_WORDS = 3
var CHUNK = 196632
var MARGIN = 3
export var CHUNK_SIZE = 32768

// What the core exports, and the transport, once they are there.
export var core
export var request

var waiting // callbacks, while the core is made
var failure // why there can be no core
var decoder
var chunk // the window's chunk
var words // the window in 32-bit words

// Calls back when the core is there, at once if the engine compiles a module of
// this size while the page waits; or, with the reason, when there can be none.
export function whenReady(callback) {
  if (core || failure) {
    callback(failure)
  } else if (waiting) {
    waiting.push(callback)
  } else {
    waiting = [callback]
    if (self.fetch && self.Response && 'body' in Response.prototype) {
      request = fetchStream
    }
    if (request && self.TextDecoder) compile()
    else loadLegacy('no fetch streams or TextDecoder')
  }
}

function compile() {
  try {
    return ready(new WebAssembly.Instance(new WebAssembly.Module(bytes())).exports)
  } catch (error) {}
  try {
    WebAssembly.instantiate(bytes()).then(function (result) {
      ready(result.instance.exports)
    }, loadLegacy)
  } catch (error) {
    loadLegacy(error)
  }
}

// Loads what does without WebAssembly, fetch or TextDecoder. why: what is wrong
// with these.
function loadLegacy(why) {
  function loaded() {
    var found = self.EventSourceLegacy
    if (!found) return settle(why)
    request = request || found.request_
    decoder = found.decoder_
    ready(found.core_)
  }
  if (self.EventSourceLegacy) loaded()
  else load('eventsource-legacy.js', loaded)
}

function ready(exports) {
  var memory = exports.memory.buffer
  var address = exports.address()
  if (self.TextDecoder) decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  words = new Int32Array(memory, address)
  chunk = new Uint8Array(memory, address + CHUNK, MARGIN + CHUNK_SIZE)
  core = exports
  settle()
}

function settle(error) {
  failure = error
  waiting.splice(0).forEach(function (callback) { callback(failure) })
}

// Tells the core of a response and returns the action.
export function respond(handle, status, contentType) {
  var size = Math.min(contentType.length, CHUNK_SIZE)
  for (var i = 0; i < size; i++) chunk[i] = contentType.charCodeAt(i)
  return core.respond(handle, status, size)
}

// Feeds the core the next bytes of a response's body, CHUNK_SIZE of them at most.
// Returns their text, the tokens that cut it up, and the action after them.
export function feed(handle, bytes) {
  chunk.set(bytes, MARGIN)
  var action = core.feed(handle, bytes.length)
  return {
    action_: action,
    tokens_: new Int32Array(words.subarray(FIRST_TOKEN, FIRST_TOKEN + words[COUNT] * TOKEN_WORDS)),
    text_: decoder.decode(chunk.subarray(words[FROM], words[TO]))
  }
}
