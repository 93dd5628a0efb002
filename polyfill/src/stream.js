// The strings of an event stream, which the tokens of the core are carried out on.

import { FIRST_TOKEN, TOKEN_WORDS, ID, TYPE, DATA, LINE, APPEND, COMMIT, EVENT } from './abi.js'
import { tokensOf } from './core.js'
import { Decoder } from './tier.js'

// How many bytes are decoded with a value: so many for each of its own, and for
// some more. A page that keeps the value keeps their text too, because engines do
// not copy substrings.
var PROPORTION = 64
var MORE = 64

// The stream whose tokens are in the core's window.
var last

// Begins a stream. What it begins with of an earlier one is the last event ID.
export function reset(stream) {
  stream.decoder_ = new Decoder('utf-8', { ignoreBOM: true })
  stream.id_ = stream.lastEventId_
  stream.value_ = stream.data_ = stream.type_ = ''
  stream.tokens_ = []
  stream.more_ = stream.foreign_ = false
}

// Takes the next bytes, CHUNK_SIZE of them at most.
export function feed(stream, bytes) {
  // Between two of its listeners, another stream may have tokens left.
  if (last && last != stream) last.tokens_ = new Int32Array(last.tokens_)
  last = stream
  stream.part_ = bytes
  stream.tokens_ = tokensOf(stream.handle_, bytes)
  stream.token_ = FIRST_TOKEN
  stream.textEnd_ = 0
}

// Carries out the next token. Returns the listeners of the event to dispatch, if
// there is one that somebody listens to; its type is name_, its data are data_.
export function take(stream) {
  var tokens = stream.tokens_
  var at = stream.token_
  var kind = tokens[at]
  var more = kind == APPEND
  var list
  if (kind > COMMIT) list = stream.lists_[stream.name_ = stream.type_ || 'message']
  // What nobody listens to needs no string.
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

// Decodes bytes of the part in hand. more: a character that they end in may go on
// in the next ones.
function textOf(stream, start, end, more) {
  var bytes = stream.part_
  if (more || stream.more_) {
    stream.more_ = more
    return stream.decoder_.decode(bytes.subarray(start, end), { stream: more })
  }
  // As long as each byte is a character, offsets are those in the text. Where one
  // is not, they move with each value, if what is between the values is ASCII.
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
    // The end of its line ends the value, in bytes and in the text.
    to = stream.text_.indexOf(String.fromCharCode(bytes[end]), from)
    stream.offset_ = end - to
    stream.valueEnd_ = end
  }
  return stream.text_.substring(from, to)
}
