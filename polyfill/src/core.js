// The core, which is Go: see wasm/main.go for what it may be asked.

import bytes from 'eventsource.wasm'

// The window's layout, as wasm/main.go has it: in words of 32 bits, and behind
// the tokens in bytes.
var FROM = 0
var TO = 1
var COUNT = 2
var FIRST_TOKEN = 3
export var TOKEN_WORDS = 3
var MARGIN = 3
export var CHUNK_SIZE = 32768
var CHUNK = (FIRST_TOKEN + (CHUNK_SIZE / 2 + 3) * TOKEN_WORDS) * 4

// What the core exports, once it is there.
export var core

var waiting // callbacks, while the core is compiled
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
    compile()
  }
}

function compile() {
  try {
    return ready(new WebAssembly.Instance(new WebAssembly.Module(bytes())))
  } catch (error) {
    failure = error
  }
  try {
    WebAssembly.instantiate(bytes()).then(function (result) {
      failure = null
      ready(result.instance)
    }).then(null, settle)
    failure = null
  } catch (error) {
    settle(error)
  }
}

function ready(instance) {
  var memory = instance.exports.memory.buffer
  var address = instance.exports.address()
  decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  words = new Int32Array(memory, address)
  chunk = new Uint8Array(memory, address + CHUNK, MARGIN + CHUNK_SIZE)
  core = instance.exports
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
