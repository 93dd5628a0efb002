// Parses event streams: chunks go in, events come out. This file is eventsource-wasm/parser,
// for programs that read streams themselves, in any runtime. It uses nothing else of src.
//
// The protocol is here in JavaScript a second time, because this is two to three times as
// fast as a parser on the core: see RATIONALE.md. Tests compare it with wasm/eventstream.

// Values are those of the core: the initial and the longest reconnection time, in ms, and
// the largest event.
var FIRST_DELAY = 3000
var LONGEST = 2147483647
var LARGEST = 134217728

var FIELDS = ['data:', 'event:', 'id:', 'retry:']
var LONGEST_NAME = 6

// A position after the end of every text.
var END = 1073741823

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
  var feeding = false
  var failure
  var rest // the text after the event whose callback has thrown
  var position // in the text: what follows the event that is being passed on; END: nothing

  // The stream so far.
  var begun // a byte order mark is no longer removed
  var afterCR // an LF at the start of the next chunk belongs to the last line end
  var line // the current line, as far as it came in earlier chunks
  var ignored // whether that line is not a field that is needed, and is not kept

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
    decoder = failure = null
    rest = line = type = data = ''
    begun = afterCR = ignored = false
    lines = size = 0
    id = lastEventId
    position = END
  }

  function feed(chunk) {
    if (feeding) throw new Error('feed: a callback must not feed the parser that calls it')
    if (failure) throw failure
    var text = rest + textOf(chunk)
    if (!text) return
    position = 0
    feeding = true
    try {
      read(text)
    } finally {
      feeding = false
      rest = text.slice(position)
    }
  }

  function textOf(chunk) {
    if (typeof chunk == 'string') return chunk
    // Not instanceof: test runners and frames have classes of their own.
    if (toString.call(chunk) == '[object ArrayBuffer]') chunk = new Uint8Array(chunk)
    if (!ArrayBuffer.isView(chunk) || chunk.BYTES_PER_ELEMENT != 1) throw new TypeError('feed: the chunk must be a string, a Uint8Array or an ArrayBuffer')
    decoder = decoder || new TextDecoder('utf-8', { ignoreBOM: true })
    // Only a chunk that ends in ASCII cannot end inside a character. Some engines decode
    // faster if nothing follows.
    return decoder.decode(chunk, { stream: chunk[chunk.length - 1] > 127 })
  }

  // Parses the text. Stops early if a callback resets the parser.
  function read(text) {
    var at = 0
    if (afterCR && text.charCodeAt(0) == 10 || !begun && text.charCodeAt(0) == 0xFEFF) at = 1
    afterCR = false
    begun = true
    // The next CR and the next LF; -1: none.
    var cr = text.indexOf('\r', at)
    var lf = text.indexOf('\n', at)
    var end

    while ((end = cr < 0 || lf >= 0 && lf < cr ? lf : cr) >= 0) {
      var next = afterLineEnd(text, end)
      if (line || ignored) {
        line += text.slice(at, end)
        take(line, 0, line.length, next)
        line = ''
        ignored = false
      } else if (!lines && isData(text, at) && endsLine(text.charCodeAt(next))) {
        // The usual event: one line of data, then a blank line.
        data = text.slice(text.charCodeAt(at + 5) == 32 ? at + 6 : at + 5, end)
        grow(end - at)
        next = afterLineEnd(text, next)
        dispatch(next)
      } else {
        take(text, at, end, next)
      }
      if (position == END) return
      at = next
      if (lf < at && lf >= 0) lf = text.indexOf('\n', at)
      if (cr < at && cr >= 0) cr = text.indexOf('\r', at)
    }
    if (at < text.length) keep(text.slice(at))
    position = END
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

  // Keeps the beginning of a line whose end has not come.
  function keep(part) {
    if (ignored) return
    var known = line.length >= LONGEST_NAME
    line += part
    if (!known) {
      ignored = line.charAt(0) == ':' ? !onComment : !FIELDS.some(function (field) {
        return field.slice(0, line.length) == line.slice(0, field.length)
      })
      if (ignored) line = ''
    }
    if (line.length > LONGEST_NAME) limited(size + line.length)
  }

  // Takes the line text[at:end]. The next one begins at next.
  function take(text, at, end, next) {
    var from
    if (ignored) return
    if (at == end) {
      if (lines) dispatch(next)
      else endBlock()
    } else if ((from = valueOf(text, at, end, 'data')) >= 0) {
      grow(end - at)
      data = lines++ ? data + '\n' + text.slice(from, end) : text.slice(from, end)
    } else if ((from = valueOf(text, at, end, 'event')) >= 0) {
      grow(end - at)
      type = text.slice(from, end)
    } else if ((from = valueOf(text, at, end, 'id')) >= 0) {
      grow(end - at)
      var value = text.slice(from, end)
      if (value.indexOf('\0') < 0) id = value
    } else if ((from = valueOf(text, at, end, 'retry')) >= 0) {
      limited(size + end - at)
      if (/^[0-9]+$/.test(text.slice(from, end))) {
        reconnectionTime = Math.min(+text.slice(from, end), LONGEST)
        position = next
        if (onRetry) onRetry(reconnectionTime)
      }
    } else if (onComment && (from = valueOf(text, at, end, '')) >= 0) {
      limited(size + end - at)
      position = next
      onComment(text.slice(from, end))
    }
  }

  function dispatch(next) {
    var event = { type: type || 'message', data: data, lastEventId: id }
    endBlock()
    position = next
    onEvent(event)
  }

  function endBlock() {
    lastEventId = id
    type = ''
    lines = size = 0
  }

  function grow(by) {
    limited(size += by)
  }

  function limited(size) {
    if (size > limit) throw failure = new RangeError('feed: an event is larger than maxEventSize, ' + limit + ' characters; reset() prepares the parser for another stream')
  }
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

function endsLine(c) {
  return c == 10 || c == 13
}

// Returns an asynchronous iterator over the events of a stream. Leaving a loop over it
// cancels the source.
export function parse(source, options) {
  var events = [] // that nobody has asked for, from events[first] on
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

// Returns the options of a parser inside of another function.
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
