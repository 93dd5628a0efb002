// What engines without WebAssembly, fetch streams or TextDecoder get in addition,
// from beside the script, when they need it: the same core in JavaScript, and
// the other transport.

import * as core from 'eventsource-core.js'
import { request, held } from './xhr.js'

// Most code units that become a string at once.
var PIECE = 8192

// What of a TextDecoder is needed: decodes the chunk that was fed last.
function decode() {
  var units = new Uint16Array(core.memory.buffer, core.textAddress())
  var text = ''
  for (var at = 0, end = core.decode(); at < end; at += PIECE) {
    text += String.fromCharCode.apply(null, [].slice.call(units.subarray(at, Math.min(at + PIECE, end))))
  }
  return text
}

// The core, which also learns how much text the transport holds.
var bounded = Object.create(core, {
  feed: { value: function (handle, size) { return core.feed(handle, size) || core.held(handle, held) } }
})

self.EventSourceLegacy = { core_: bounded, request_: request, decoder_: { decode: decode } }
