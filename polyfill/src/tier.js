// The tier: which build of the core, transport and decoder this engine can use.
// What it lacks comes from eventsource-legacy.js, which is loaded on first use.

import bytes from 'eventsource.wasm'
import { connect } from './core.js'
import { request as fetchStream } from './fetch.js'
import { element, legacyURL, load } from './load.js'
import { decodes, fetch, WebAssembly } from './platform.js'

// The transport and the TextDecoder class: the engine's own from the start, the
// legacy file's once whenReady has called back.
export var request = fetch && self.Response && 'body' in Response.prototype && fetchStream
export var Decoder = decodes(self.TextDecoder) && self.TextDecoder

// What runs, for EventSource.tier: 'wasm', 'js' or 'xhr' once that is known.
export var tier

var waiting = [] // callbacks of whenReady; 0 once the tier is known
var lack // why the legacy file is needed

// Calls callback when the core is ready, immediately if it already is. If there can
// be no core now, calls it with the reason; the next source tries again.
export function whenReady(callback) {
  if (!waiting) callback()
  else if (waiting.push(callback) < 2) make()
}

function make() {
  // If a policy forbids WebAssembly, each attempt sends a violation report. So try
  // only once, and not at all if the page has chosen the JavaScript core.
  if (self[GLOBAL]) return adopt()
  if (!lack) {
    lack = 'fetch or TextDecoder is missing'
    if (element && element.getAttribute('data-core') == 'javascript') lack = 'data-core is javascript'
    else if (request && Decoder) {
      try {
        // Every engine compiles a module below 4 KiB synchronously.
        var exports = new WebAssembly.Instance(new WebAssembly.Module(bytes())).exports
        tier = 'wasm'
        return ready(exports)
      } catch (error) {
        lack = error
      }
    }
  }
  load(legacyURL, adopt)
}

// Fills in what the engine lacks from the legacy file.
function adopt() {
  var legacy = self[GLOBAL]
  if (legacy) {
    tier = request ? 'js' : 'xhr'
    request = request || legacy.request_
    Decoder = Decoder || legacy.Decoder_
    ready(legacy.core_)
  } else {
    ready(0, 'cannot load ' + legacyURL + ', needed because: ' + lack)
  }
}

function ready(exports, failure) {
  var callbacks = waiting
  waiting = !exports && []
  if (exports) connect(exports)
  callbacks.forEach(function (callback) { callback(failure) })
}
