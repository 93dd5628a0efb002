// The tier: which build of the core, transport and decoder this engine can use.
// What it lacks comes from eventsource-legacy.js, which is loaded on first use.

import bytes from 'eventsource.wasm'
import { connect } from './core.js'
import { request as fetchStream } from './fetch.js'
import { load, folder } from './load.js'

// The transport and the TextDecoder class: the engine's own from the start, the
// legacy file's once whenReady has called back.
export var request = self.fetch && self.Response && 'body' in Response.prototype && fetchStream
export var Decoder = self.TextDecoder

var waiting = [] // callbacks of whenReady; 0 once the tier is known
var failure // why there is no core

// Calls callback when the core is ready, immediately if it already is; with the
// reason if there can be no core.
export function whenReady(callback) {
  if (!waiting) callback(failure)
  else if (waiting.push(callback) < 2) make()
}

function make() {
  var exports
  try {
    // Every engine compiles a module below 4 KiB synchronously.
    exports = request && Decoder && new WebAssembly.Instance(new WebAssembly.Module(bytes())).exports
    failure = 'fetch or TextDecoder is missing'
  } catch (error) {
    failure = error
  }
  if (exports) ready(exports)
  else if (self.EventSourceLegacy) adopt()
  else load('eventsource-legacy.js', adopt)
}

// Fills in what the engine lacks from the legacy file.
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
    connect(exports)
    failure = 0
  }
  callbacks.forEach(function (callback) { callback(failure) })
}
