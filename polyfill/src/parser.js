// Parses event streams: chunks go in, events come out. This file is eventsource-wasm/parser,
// for programs that read streams themselves, in any runtime. It uses nothing else of src.
//
// The protocol is here in JavaScript a second time, because this is faster than a parser on
// the core, takes strings, and needs no WebAssembly: see RATIONALE.md. Tests compare it with
// wasm/eventstream.

// Values are those of the core: the initial and the longest reconnection time, in ms, and
// the largest event.
var FIRST_DELAY = 3000
var LONGEST = 2147483647
var LARGEST = 134217728

// The names of fields as numbers of four bytes: 'data', and the beginning of 'event'.
var DATA = 0x64617461
var EVEN = 0x6576656E

var FIELDS = ['data:', 'event:', 'id:', 'retry:']
var LONGEST_NAME = 6

var toString = Object.prototype.toString

var OPTIONS = ['onComment', 'onRetry', 'lastEventId', 'maxEventSize']

// Returns a parser, which calls options.onEvent with each event. parser.d.ts documents it.
export function createParser(options) {
  var settings = checked(options, 'createParser', OPTIONS.concat('onEvent'))
  var onEvent = settings.onEvent || function () {}
  var onComment = settings.onComment
  var onRetry = settings.onRetry
  var limit = settings.maxEventSize
  var lastEventId = settings.lastEventId
  var reconnectionTime = FIRST_DELAY

  var decoder
  var cut // the last chunk may have ended inside a character
  var feeding = false
  var resets = 0 // calls of reset
  var failure
  var rest // the text after the event whose callback has thrown
  var position // where takeLines has come to

  // The stream so far.
  var begun // a byte order mark is no longer removed
  var afterCR // an LF at the start of the next chunk belongs to the last line end

  // The beginning of the current line that came in earlier chunks.
  var pieces
  var kept // its length
  var start // its first characters
  var ignored // the line is not needed, so it is not kept

  // The current block.
  var type
  var data
  var lines // of data
  var id
  var size // of its fields, in characters

  reset()
  return {
    feed: feed,
    reset: reset,
    get lastEventId() { return lastEventId },
    get reconnectionTime() { return reconnectionTime }
  }

  function reset() {
    resets++
    decoder = failure = null
    cut = false
    rest = ''
    begun = afterCR = ignored = false
    forget()
    id = lastEventId
    type = data = ''
    lines = size = 0
  }

  function feed(chunk) {
    if (feeding) throw new Error('feed: a callback must not feed the parser that calls it')
    if (failure) throw failure
    var before = resets
    var bytes = bytesOf(chunk)
    var wasCut = cut
    var decoded = bytes ? decode(bytes) : chunk
    // Whether each byte is one character: their indices are the same then.
    var single = bytes && !rest && !wasCut && decoded.length == bytes.length
    var text = rest + decoded
    if (!text) return
    // The index of the next character. If a callback throws, the next call continues here.
    var at = afterCR && text.charCodeAt(0) == 10 || !begun && text.charCodeAt(0) == 0xFEFF ? 1 : 0
    afterCR = false
    begun = true
    feeding = true
    position = 0
    try {
      // The next CR and the next LF; -1: none.
      var cr = text.indexOf('\r', at)
      var lf = text.indexOf('\n', at)
      // A line is text[begin:end].
      var begin, end
      var nul // the next NUL, if it was searched for
      if ((kept || ignored) && (end = first(cr, lf)) >= 0) {
        begin = at
        at = afterLineEnd(text, end)
        if (!ignored) {
          pieces.push(text.slice(begin, end))
          var line = pieces.join('')
          forget()
          take(line, 0, line.length)
          if (resets != before) return
        }
        ignored = false
        if (lf < at) lf = text.indexOf('\n', at)
        if (cr >= 0 && cr < at) cr = text.indexOf('\r', at)
      }
      if (single && cr < 0 && lf >= 0 && size + text.length <= limit) {
        takeLines(text, bytes, at, lf)
        if (resets != before) return
        at = position
        lf = -1
      }
      while ((end = cr < 0 ? lf : first(cr, lf)) >= 0) {
        begin = at
        at = cr < 0 ? end + 1 : afterLineEnd(text, end)
        if (!lines && isData(text, begin) && endsLine(text.charCodeAt(at))) {
          // The usual end of a block: its only line of data, then a blank line.
          if (size + end - begin > limit) throw tooLarge()
          at = cr < 0 ? at + 1 : afterLineEnd(text, at)
          var name = type || 'message'
          type = ''
          size = 0
          lastEventId = id
          onEvent({ type: name, data: text.slice(text.charCodeAt(begin + 5) == 32 ? begin + 6 : begin + 5, end), lastEventId: id })
        } else if (isEvent(text, begin)) {
          if ((size += end - begin) > limit) throw tooLarge()
          type = text.slice(text.charCodeAt(begin + 6) == 32 ? begin + 7 : begin + 6, end)
        } else if (isId(text, begin) && (nul = nul || text.indexOf('\0', begin)) < 0) {
          if ((size += end - begin) > limit) throw tooLarge()
          id = text.slice(text.charCodeAt(begin + 3) == 32 ? begin + 4 : begin + 3, end)
        } else if (begin < end) {
          take(text, begin, end)
        } else {
          endBlock()
        }
        if (resets != before) return
        if (cr < 0) {
          lf = text.indexOf('\n', at)
        } else {
          if (lf >= 0 && lf < at) lf = text.indexOf('\n', at)
          if (cr < at) cr = text.indexOf('\r', at)
        }
      }
      begin = at
      at = text.length
      if (begin < at) keep(text.slice(begin))
    } finally {
      feeding = false
      rest = resets == before ? text.slice(Math.max(at, position)) : ''
    }
  }

  // Takes the lines from text[begin] on, the first of which ends at text[end]. It is the
  // part of feed for the usual chunk: every byte is one character, every line ends with LF,
  // and no event can become too large. Reading bytes takes less time than reading
  // characters, because engines have several kinds of strings.
  function takeLines(text, bytes, begin, end) {
    var before = resets
    var view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    var nul // the next NUL, if it was searched for
    var name
    for (; end >= 0; end = text.indexOf('\n', begin)) {
      var from = begin
      begin = end + 1
      if (end - from > 4 && view.getInt32(from) == DATA && bytes[from + 4] == 58 && !lines && begin < bytes.length && bytes[begin] == 10) {
        // The usual end of a block: its only line of data, then a blank line.
        position = ++begin
        name = 'message'
        if (size) {
          name = type || name
          type = ''
          size = 0
        }
        lastEventId = id
        onEvent({ type: name, data: text.slice(bytes[from + 5] == 32 ? from + 6 : from + 5, end), lastEventId: id })
        if (resets != before) return
        continue
      }
      position = begin
      if (end - from > 5 && view.getInt32(from) == EVEN && bytes[from + 4] == 116 && bytes[from + 5] == 58) {
        size += end - from
        type = text.slice(bytes[from + 6] == 32 ? from + 7 : from + 6, end)
      } else if (bytes[from] == 105 && bytes[from + 1] == 100 && bytes[from + 2] == 58 && (nul = nul || text.indexOf('\0', from)) < 0) {
        size += end - from
        id = text.slice(bytes[from + 3] == 32 ? from + 4 : from + 3, end)
      } else if (from < end) {
        take(text, from, end)
      } else {
        endBlock()
      }
      if (resets != before) return
    }
  }

  // Returns the bytes of a chunk that is not a string.
  function bytesOf(chunk) {
    if (typeof chunk == 'string') return
    // Not instanceof: test runners and frames have classes of their own.
    if (toString.call(chunk) == '[object ArrayBuffer]') chunk = new Uint8Array(chunk)
    if (!ArrayBuffer.isView(chunk) || chunk.BYTES_PER_ELEMENT != 1) throw new TypeError('feed: the chunk must be a string, a Uint8Array or an ArrayBuffer')
    return chunk
  }

  function decode(bytes) {
    decoder = decoder || new TextDecoder('utf-8', { ignoreBOM: true })
    // Only a chunk that ends in ASCII cannot end inside a character. Some engines decode
    // faster if nothing follows.
    if (bytes.length) cut = (bytes[bytes.length - 1] & 128) != 0
    return decoder.decode(bytes, { stream: cut })
  }

  // Returns the index after the line end at text[end].
  function afterLineEnd(text, end) {
    var next = end + 1
    if (text.charCodeAt(end) == 13) {
      if (text.charCodeAt(next) == 10) next++
      else if (next == text.length) afterCR = true
    }
    return next
  }

  // Keeps the beginning of an unfinished line, unless the line is not needed.
  function keep(part) {
    if (ignored) return
    if (start.length < LONGEST_NAME) {
      start = (start + part).slice(0, LONGEST_NAME)
      ignored = start.charAt(0) == ':' ? !onComment : !FIELDS.some(function (field) {
        return field.slice(0, start.length) == start.slice(0, field.length)
      })
      if (ignored) return forget()
    }
    pieces.push(part)
    kept += part.length
    if (kept > LONGEST_NAME) limited(size + kept)
  }

  function forget() {
    pieces = []
    start = ''
    kept = 0
  }

  // Takes the line text[at:end], which is not blank.
  function take(text, at, end) {
    var c = text.charCodeAt(at)
    var from
    var value
    if (c == 100) {
      if ((from = valueOf(text, at, end, 'data')) < 0) return
      grow(end - at)
      value = text.slice(from, end)
      data = lines++ ? data + '\n' + value : value
    } else if (c == 101) {
      if ((from = valueOf(text, at, end, 'event')) < 0) return
      grow(end - at)
      type = text.slice(from, end)
    } else if (c == 105) {
      if ((from = valueOf(text, at, end, 'id')) < 0) return
      grow(end - at)
      value = text.slice(from, end)
      if (value.indexOf('\0') < 0) id = value
    } else {
      takeOther(text, at, end)
    }
  }

  function takeOther(text, at, end) {
    var c = text.charCodeAt(at)
    var from
    var value
    if (c == 114) {
      if ((from = valueOf(text, at, end, 'retry')) < 0) return
      limited(size + end - at)
      value = text.slice(from, end)
      if (!/^[0-9]+$/.test(value)) return
      reconnectionTime = Math.min(+value, LONGEST)
      if (onRetry) onRetry(reconnectionTime)
    } else if (c == 58 && onComment) {
      limited(size + end - at)
      onComment(text.slice(valueOf(text, at, end, ''), end))
    }
  }

  function endBlock() {
    var name = type || 'message'
    var ended = lines
    type = ''
    lines = size = 0
    lastEventId = id
    if (ended) onEvent({ type: name, data: data, lastEventId: id })
  }

  function grow(by) {
    limited(size += by)
  }

  function limited(size) {
    if (size > limit) throw tooLarge()
  }

  function tooLarge() {
    return failure = new RangeError('feed: an event is larger than maxEventSize, ' + limit + ' characters; reset() prepares the parser for another stream')
  }
}

// Returns the first of two indices; -1: there is none.
function first(a, b) {
  return a < 0 || b >= 0 && b < a ? b : a
}

// Returns where the value of the line text[at:end] begins if it is the field; else -1.
function valueOf(text, at, end, field) {
  for (var i = 0; i < field.length; i++) {
    if (text.charCodeAt(at++) != field.charCodeAt(i)) return -1
  }
  if (at == end && field) return end
  if (text.charCodeAt(at++) != 58) return -1
  return at < end && text.charCodeAt(at) == 32 ? at + 1 : at
}

function isData(text, at) {
  return text.charCodeAt(at) == 100 && text.charCodeAt(at + 1) == 97 && text.charCodeAt(at + 2) == 116 &&
    text.charCodeAt(at + 3) == 97 && text.charCodeAt(at + 4) == 58
}

function isEvent(text, at) {
  return text.charCodeAt(at) == 101 && text.charCodeAt(at + 1) == 118 && text.charCodeAt(at + 2) == 101 &&
    text.charCodeAt(at + 3) == 110 && text.charCodeAt(at + 4) == 116 && text.charCodeAt(at + 5) == 58
}

function isId(text, at) {
  return text.charCodeAt(at) == 105 && text.charCodeAt(at + 1) == 100 && text.charCodeAt(at + 2) == 58
}

function endsLine(c) {
  return c == 10 || c == 13
}

// Returns an asynchronous iterator over the events of a stream. Leaving a loop over it
// cancels the source.
export function parse(source, options) {
  var events = [] // not yet requested, from events[first] on
  var first = 0
  var parser = createParser(withOnEvent(options, 'parse', function (event) { events.push(event) }))
  var chunks = chunksOf(source)
  var requests = [] // that no event has answered: resolve and reject of a promise
  var reading = false
  var ended = false
  var failure

  function answer() {
    while (requests.length && (first < events.length || ended)) {
      var request = requests.shift()
      if (first < events.length) {
        request[0]({ value: events[first++], done: false })
      } else if (failure) {
        request[1](failure.error)
        failure = null
      } else {
        request[0]({ value: undefined, done: true })
      }
    }
    if (first == events.length) {
      events = []
      first = 0
    }
    if (requests.length && !reading) read()
  }

  function read() {
    reading = true
    chunks.next().then(function (result) {
      reading = false
      if (ended) return
      if (result.done) return end()
      try {
        parser.feed(result.value)
      } catch (error) {
        chunks.cancel().then(null, function () {})
        return fail(error)
      }
      answer()
    }, fail)
  }

  function end() {
    ended = true
    answer()
  }

  function fail(error) {
    if (ended) return
    failure = { error: error }
    end()
  }

  var iterator = {
    next: function () {
      return new Promise(function (resolve, reject) {
        requests.push([resolve, reject])
        answer()
      })
    },
    'return': function (value) {
      var cancelled = ended ? Promise.resolve() : chunks.cancel()
      events = []
      first = 0
      failure = null
      end()
      return cancelled.then(function () { return { value: value, done: true } })
    }
  }
  iterator[Symbol.asyncIterator] = function () { return iterator }
  return iterator
}

// The chunks of a source: next returns a promise of the next one, as iterators do.
function chunksOf(source) {
  if (source && source.getReader) {
    var reader = source.getReader()
    return {
      next: function () {
        return reader.read().then(function (result) {
          if (result.done) reader.releaseLock()
          return result
        })
      },
      cancel: function () {
        var cancelled = reader.cancel()
        reader.releaseLock()
        return cancelled
      }
    }
  }
  var begin = source != null && (source[Symbol.asyncIterator] || source[Symbol.iterator])
  if (!begin) throw new TypeError('parse: the source must be a ReadableStream, such as response.body, or an iterable of chunks')
  var iterator = begin.call(source)
  return {
    next: function () {
      return new Promise(function (resolve) { resolve(iterator.next()) })
    },
    cancel: function () {
      return new Promise(function (resolve) { resolve(iterator['return'] && iterator['return']()) })
    }
  }
}

// A transform stream: chunks are written to it, and events are read from it.
export function ParserStream(options) {
  if (!(this instanceof ParserStream)) throw new TypeError("ParserStream: use 'new'")
  var controller
  var parser = createParser(withOnEvent(options, 'ParserStream', function (event) { controller.enqueue(event) }))
  var stream = new TransformStream({
    start: function (c) { controller = c },
    transform: function (chunk) { parser.feed(chunk) }
  })
  Object.defineProperties(this, {
    readable: { value: stream.readable, enumerable: true },
    writable: { value: stream.writable, enumerable: true },
    lastEventId: { get: function () { return parser.lastEventId }, enumerable: true },
    reconnectionTime: { get: function () { return parser.reconnectionTime }, enumerable: true },
    reset: { value: parser.reset }
  })
}

// Returns the options of the parser that another function creates.
function withOnEvent(options, caller, onEvent) {
  var all = checked(options, caller, OPTIONS)
  all.onEvent = onEvent
  return all
}

// Returns all options, with their defaults.
function checked(options, caller, names) {
  function must(condition, what) {
    if (!condition) throw new TypeError(caller + ': ' + what)
  }
  must(options == null || typeof options == 'object', 'the options must be an object')
  var all = { lastEventId: '', maxEventSize: LARGEST }
  for (var name in options) {
    must(names.indexOf(name) >= 0, 'unknown option ' + name)
    if (options[name] !== undefined) all[name] = options[name]
  }
  names.forEach(function (name) {
    must(!/^on/.test(name) || all[name] === undefined || typeof all[name] == 'function', name + ' must be a function')
  })
  must(all.maxEventSize >= 1 && all.maxEventSize <= LARGEST, 'maxEventSize must be from 1 to ' + LARGEST)
  must(typeof all.lastEventId == 'string' && !/[\0\r\n]/.test(all.lastEventId), 'lastEventId must be a string without NUL, CR and LF')
  return all
}
