// A decoder for engines without TextDecoder, which uses the core in JavaScript.

import core from 'eventsource-core.js'
import { CHUNK } from './abi.js'

// The most bytes to decode at once: String.fromCharCode.apply limits its arguments.
var PIECE = 8192

// The part of TextDecoder that the polyfill uses.
export function Decoder() {
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
