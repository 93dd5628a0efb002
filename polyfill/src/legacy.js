// What engines without WebAssembly, fetch streams or TextDecoder get in addition,
// from beside the script, when they need it: the same core in JavaScript, and
// the other transport.

import core from 'eventsource-core.js'
import { CHUNK } from './abi.js'
import { hide } from './webidl.js'
import { request, held } from './xhr.js'

// Most bytes that become a string at once.
var PIECE = 8192

// What of a TextDecoder is needed.
function Decoder() {
  this.carried_ = [] // the beginning of a character
}

Decoder.prototype.decode = function (bytes, options) {
  var text = ''
  for (var at = 0; at <= bytes.length; at += PIECE) {
    // Looked up anew: who makes memory grow makes another buffer.
    var chunk = new Uint8Array(core.memory_.buffer, core.address_() + CHUNK)
    var units = new Uint16Array(core.memory_.buffer, core.textAddress_())
    // WebKit 534 does not know the end of what is itself a part.
    var piece = bytes.subarray(at, Math.min(at + PIECE, bytes.length))
    var size = this.carried_.length + piece.length
    chunk.set(this.carried_)
    chunk.set(piece, this.carried_.length)
    var whole = at + PIECE <= bytes.length || options && options.stream ? core.whole_(size) : size
    this.carried_ = [].slice.call(chunk.subarray(whole, size))
    text += String.fromCharCode.apply(null, [].slice.call(units.subarray(0, core.decode_(whole))))
  }
  return text
}

// The core, which also learns how much text the transport holds.
var bounded = Object.create(core, {
  feed_: { value: function (handle, size) { return core.feed_(handle, size) || core.held_(handle, held) } }
})

// WebKit 538 and before has the constructors of its interfaces on each object, in
// place of the prototypes, from which our events inherit.
;[self.Event, self.MessageEvent].forEach(function (native) {
  hide(native.prototype, 'constructor', native)
})

// There have been engines with half of performance.
if (self.performance && !performance.now) hide(performance, 'now', Date.now)

// What the standard's reportError does, for engines that report at once only what a
// listener of their own throws.
if (!self.reportError) {
  hide(self, 'reportError', function (error) {
    var type = 'eventsource-error'
    function listener() {
      self.removeEventListener(type, listener)
      throw error
    }
    var event = self.document ? document.createEvent('Event') : new Event(type)
    event.initEvent(type, false, false)
    self.addEventListener(type, listener)
    self.dispatchEvent(event)
  })
}

self.EventSourceLegacy = { core_: bounded, request_: request, Decoder_: Decoder }
