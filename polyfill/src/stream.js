// Carries out the tokens of the core: decodes the bytes that they delimit and
// assembles the strings of an event stream. wasm/eventstream defines the tokens.

import { FIRST_TOKEN, TOKEN_WORDS, ID, TYPE, DATA, LINE, APPEND, COMMIT, EVENT } from './abi.js'
import { tokensOf } from './core.js'

// One decode covers a value of n bytes and what follows it, (n + MORE) * PROPORTION
// bytes in all. Engines do not copy substrings, so a page that keeps the value keeps
// the text of all these bytes in memory.
var PROPORTION = 64
var MORE = 64

// The stream whose tokens are in the window.
var last

// Prepares for the first bytes of a response. Only the last event ID is kept from
// the previous one. Decoder is TextDecoder or what stands in for it.
export function reset(stream, Decoder) {
  stream.decoder_ = new Decoder('utf-8', { ignoreBOM: true })
  stream.id_ = stream.lastEventId_
  stream.value_ = stream.data_ = stream.type_ = ''
  stream.tokens_ = []
  stream.more_ = stream.foreign_ = false
}

// Parses the next bytes, at most CHUNK_SIZE of them.
export function feed(stream, bytes) {
  // The other stream may be between two listeners, with tokens left to carry out:
  // copy them out of the window.
  if (last && last != stream) last.tokens_ = new Int32Array(last.tokens_)
  last = stream
  stream.part_ = bytes
  stream.tokens_ = tokensOf(stream.handle_, bytes)
  stream.token_ = FIRST_TOKEN
  stream.textEnd_ = 0
}

// Carries out the next token. If it completes an event that has listeners, returns
// them; the event's type is then in name_, its data in data_.
export function take(stream) {
  var tokens = stream.tokens_
  var at = stream.token_
  var kind = tokens[at]
  var more = kind == APPEND
  var list
  if (kind > COMMIT) list = stream.lists_[stream.name_ = stream.type_ || 'message']
  // Data without listeners is not decoded.
  if (list || stream.more_ || kind != EVENT) {
    var value = stream.value_ + textOf(stream, tokens[at + 1], tokens[at + 2], more)
  }
  stream.token_ = at + TOKEN_WORDS
  stream.value_ = more ? value : ''
  if (kind == ID) stream.id_ = value
  if (kind == TYPE) stream.type_ = value
  if (kind == DATA || kind == EVENT) stream.data_ = value
  if (kind == LINE) stream.data_ += '\n' + value
  if (kind >= COMMIT) {
    stream.type_ = ''
    stream.lastEventId_ = stream.id_
  }
  return list
}

// Returns the text of bytes start to end of the current part. more: the value, and
// perhaps its last character, continues in the next part.
function textOf(stream, start, end, more) {
  var bytes = stream.part_
  if (more || stream.more_) {
    stream.more_ = more
    return stream.decoder_.decode(bytes.subarray(start, end), { stream: more })
  }
  // While every byte is one character, an offset in the bytes is the same offset in
  // the text. In foreign text, which has other characters, offset_ is corrected after
  // each value. That requires ASCII between the values; otherwise decode again.
  if (stream.foreign_) {
    for (var at = stream.valueEnd_; at < start; at++) if (bytes[at] > 127) stream.textEnd_ = 0
  }
  if (end >= stream.textEnd_) {
    var piece = bytes.subarray(start, start + (end - start + MORE) * PROPORTION)
    stream.text_ = stream.decoder_.decode(piece)
    stream.foreign_ = stream.text_.length < piece.length
    stream.offset_ = start
    stream.textEnd_ = start + piece.length
  }
  var from = start - stream.offset_
  var to = end - stream.offset_
  if (stream.foreign_) {
    // The byte that ends the line also ends the value in the text.
    to = stream.text_.indexOf(String.fromCharCode(bytes[end]), from)
    stream.offset_ = end - to
    stream.valueEnd_ = end
  }
  return stream.text_.substring(from, to)
}
