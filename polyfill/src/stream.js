// The strings of an event stream, which the tokens of the core are carried out on.

import { tokensOf, Decoder, CHUNK_SIZE, FIRST_TOKEN, TOKEN_WORDS } from './core.js'

// Kinds of token: wasm/eventstream says what they do.
var ID = 4
var TYPE = 5
var DATA = 6
var LINE = 7
var APPEND = 8
var COMMIT = 10
var EVENT = 12

// How many bytes behind a value are decoded with it, and how many more for each of
// its own. A page that keeps the value keeps their text too, because engines do
// not copy substrings.
var NEIGHBOURS = 4096
var PROPORTION = 16

// Begins a stream. What it begins with of an earlier one is the last event ID.
export function reset(stream) {
  stream.decoder_ = new Decoder('utf-8', { ignoreBOM: true })
  stream.id_ = stream.lastEventId_
  stream.value_ = stream.data_ = stream.type_ = ''
  stream.more_ = stream.foreign_ = false
}

// Takes the next bytes, CHUNK_SIZE of them at most.
export function feed(stream, bytes) {
  stream.part_ = bytes
  stream.tokens_ = tokensOf(stream.handle_, bytes)
  stream.token_ = FIRST_TOKEN
  stream.textEnd_ = -1
}

// Carries out the next token. Returns the type of the event to dispatch, if there
// is one, whose data are data_.
export function take(stream) {
  var tokens = stream.tokens_
  var kind = tokens[stream.token_]
  var value = stream.value_ + textOf(stream, tokens[stream.token_ + 1], tokens[stream.token_ + 2], kind == APPEND)
  stream.token_ += TOKEN_WORDS
  stream.value_ = kind == APPEND ? value : ''
  if (kind == ID) stream.id_ = value
  if (kind == TYPE) stream.type_ = value
  if (kind == DATA || kind == EVENT) stream.data_ = value
  if (kind == LINE) stream.data_ += '\n' + value
  if (kind < COMMIT) return

  var type = kind > COMMIT && (stream.type_ || 'message')
  stream.type_ = ''
  stream.lastEventId_ = stream.id_
  return type
}

// Decodes bytes of the part in hand. more: a character that they end in may go on
// in the next ones.
function textOf(stream, start, end, more) {
  if (!more && !stream.more_) {
    if (end > stream.textEnd_) {
      var bytes = stream.part_.subarray(start, stream.foreign_ ? end : end + NEIGHBOURS + PROPORTION * (end - start))
      stream.text_ = stream.decoder_.decode(bytes)
      // As long as each byte is a character, offsets are those in the text.
      stream.foreign_ = stream.text_.length < bytes.length
      stream.textStart_ = start
      stream.textEnd_ = stream.foreign_ ? CHUNK_SIZE : start + bytes.length
    }
    if (!stream.foreign_) return stream.text_.substring(start - stream.textStart_, end - stream.textStart_)
  }
  stream.more_ = more
  return stream.decoder_.decode(stream.part_.subarray(start, end), { stream: more })
}
