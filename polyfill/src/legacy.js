// The legacy file, which engines without WebAssembly, fetch streams or TextDecoder
// load on first use: the same core in JavaScript, the transport that uses
// XMLHttpRequest, and a decoder. It also fills in a few functions of old engines.

import core from 'eventsource-core.js'
import { CHUNK } from './abi.js'
import { hide } from './webidl.js'
import { request, held } from './xhr.js'

// The most bytes to decode at once: String.fromCharCode.apply limits its arguments.
var PIECE = 8192

// The part of TextDecoder that the polyfill uses.
function Decoder() {
  this.carried_ = [] // the bytes of an incomplete character
}

Decoder.prototype.decode = function (bytes, options) {
  var text = ''
  for (var at = 0; at <= bytes.length; at += PIECE) {
    // Create the views each time: growing the memory replaces its buffer.
    var chunk = new Uint8Array(core.memory_.buffer, core.address_() + CHUNK)
    var units = new Uint16Array(core.memory_.buffer, core.textAddress_())
    // WebKit 534 needs an end within bounds when bytes is a subarray itself.
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

// The core, with a feed that also passes on how much text the transport holds.
var bounded = Object.create(core, {
  feed_: { value: function (handle, size) { return core.feed_(handle, size) || core.held_(handle, held) } }
})

// In WebKit up to 538, `constructor` is a property of each object instead of the
// prototypes, from which our events inherit.
;[self.Event, self.MessageEvent].forEach(function (native) {
  hide(native.prototype, 'constructor', native)
})


// Defines reportError where it is missing. Old engines report an exception
// synchronously only if a listener throws it, so dispatch an event to one that does.
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

self[GLOBAL] = { core_: bounded, request_: request, Decoder_: Decoder }
