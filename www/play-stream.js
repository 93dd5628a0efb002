// What /play shows: how the bytes of an event stream become events. The core,
// wasm/playground, parses them; its tokens are explained in wasm/eventstream.
site.playground = (function (core, kinds) {
  'use strict'

  var LIMIT = 65536 // bytes that the core takes at once
  var PARTS = ['', 'mark', 'name', 'colon', 'space', 'value', 'end', 'blank', 'comment', 'ignored']

  // The layout of the core's window.
  var memory = core.memory.buffer
  var tokens = new Int32Array(memory, core.address(), 3 * 32769)
  var chunk = new Uint8Array(memory, core.address() + 393228, LIMIT)
  var parts = new Uint8Array(memory, core.address() + 458764, LIMIT)
  var units = new Uint16Array(memory, core.address() + 524300, LIMIT)

  // The notation of bytes as text is that of the conformance cases, with short forms:
  // \r, \n and \0, \xHH for a byte, \\ for a backslash. A line break stands for LF,
  // everything else for its UTF-8.

  var SHORT = {r: 13, n: 10, 0: 0, '\\': 92}

  // Returns the bytes that a text stands for. Throws a string that says what is wrong.
  function parseNotation(text) {
    var bytes = []
    text.replace(/\r\n?/g, '\n').replace(/\\x([0-9a-f]{2})|\\([rn0\\])|\\(.?.?.?)|([\ud800-\udbff][\udc00-\udfff]|[^\\])/gi, function (all, hex, short, wrong, character) {
      if (hex) {
        bytes.push(parseInt(hex, 16))
      } else if (short) {
        bytes.push(SHORT[short.toLowerCase()])
      } else if (wrong !== undefined && !character) {
        throw '\\' + wrong
      } else {
        addUTF8(bytes, character)
      }
    })
    return bytes
  }

  function addUTF8(bytes, character) {
    var code = character.charCodeAt(0)
    if (character.length > 1) {
      code = 0x10000 + ((code & 0x3FF) << 10) + (character.charCodeAt(1) & 0x3FF)
    } else if (code >= 0xD800 && code < 0xE000) {
      code = 0xFFFD
    }
    if (code < 0x80) {
      bytes.push(code)
    } else if (code < 0x800) {
      bytes.push(0xC0 | code >> 6, 0x80 | code & 63)
    } else if (code < 0x10000) {
      bytes.push(0xE0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63)
    } else {
      bytes.push(0xF0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63)
    }
  }

  // Returns the text that stands for bytes.
  function formatNotation(bytes) {
    var text = ''
    for (var i = 0; i < bytes.length;) {
      var size = characterSize(bytes, i)
      var b = bytes[i]
      if (b === 10) {
        text += '\n'
      } else if (b === 13) {
        text += '\\r'
      } else if (b === 92) {
        text += '\\\\'
      } else if (size === 0 || b < 32 || b === 127) {
        text += '\\x' + hex(b)
      } else {
        text += decode(bytes.slice(i, i + size))
      }
      i += size || 1
    }
    return text
  }

  function hex(b) {
    return (b < 16 ? '0' : '') + b.toString(16).toUpperCase()
  }

  // Decodes UTF-8.
  function decode(bytes) {
    chunk.set(bytes)
    var size = core.decode(bytes.length)
    var text = ''
    for (var i = 0; i < size; i++) {
      text += String.fromCharCode(units[i])
    }
    return text
  }

  // Returns how many bytes the character at an index has, or 0 if there is none.
  function characterSize(bytes, i) {
    var b = bytes[i]
    var size = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4
    var text = decode(bytes.slice(i, i + size))
    return text.length === (size === 4 ? 2 : 1) && (text !== '\ufffd' || b === 0xEF) ? size : 0
  }

  // Returns what each byte of the streams is. A stream ends at each cut that ends a
  // connection.
  function annotate(bytes, cuts) {
    var names = []
    var start = 0
    function stream(end) {
      chunk.set(bytes.slice(start, end))
      core.annotate(end - start)
      for (var i = 0; i < end - start; i++) {
        names.push(PARTS[parts[i]])
      }
      start = end
    }
    cuts.forEach(function (cut) {
      if (cut.ends) {
        stream(cut.at)
      }
    })
    stream(bytes.length)
    return names
  }

  // A Reader reads bytes chunk by chunk. Its members are the strings of the standard,
  // and the events so far.
  function Reader(bytes, cuts) {
    this.bytes = bytes
    this.cuts = cuts.concat({at: bytes.length})
    this.at = 0 // how many bytes were read
    this.next = 0 // the index of the next cut
    this.lastEventId = ''
    this.retry = -1
    this.events = []
    this.begin()
  }

  // Begins a connection. What the one before left unfinished is discarded.
  Reader.prototype.begin = function () {
    core.begin()
    this.value = [] // bytes
    this.data = this.type = ''
    this.id = this.lastEventId
    this.hasData = false
  }

  // Reports whether all chunks were read.
  Reader.prototype.done = function () {
    return this.next === this.cuts.length
  }

  // Reads the next chunk. The core reads one stream at a time, so only one Reader
  // can be in use.
  Reader.prototype.read = function () {
    var cut = this.cuts[this.next++]
    var bytes = this.bytes.slice(this.at, cut.at)
    chunk.set(bytes)
    var size = 3 * core.feed(bytes.length)
    var read = [].slice.call(tokens, 0, size)
    for (var i = 0; i < size; i += 3) {
      this.apply(read[i], bytes.slice(read[i + 1], read[i + 2]))
    }
    this.at = cut.at
    if (core.retry() >= 0) {
      this.retry = core.retry()
    }
    if (cut.ends) {
      this.begin()
    }
  }

  // Carries out a token.
  Reader.prototype.apply = function (kind, text) {
    var reader = this
    function take() {
      var value = decode(reader.value.concat(text))
      reader.value = []
      return value
    }
    switch (kind) {
      case kinds.id:
        this.id = take()
        break
      case kinds.type:
        this.type = take()
        break
      case kinds.data:
        this.data = take()
        this.hasData = true
        break
      case kinds.line:
        this.data += '\n' + take()
        break
      case kinds.append:
        this.value = this.value.concat(text)
        break
      case kinds.discard:
        this.value = []
        break
      case kinds.commit:
        this.commit()
        break
      case kinds.dispatch:
        this.dispatch()
        break
      case kinds.event:
        this.data = take()
        this.dispatch()
        break
    }
  }

  Reader.prototype.commit = function () {
    this.lastEventId = this.id
    this.type = ''
  }

  Reader.prototype.dispatch = function () {
    this.events.push({type: this.type || 'message', data: this.data, lastEventId: this.id})
    this.commit()
    this.data = ''
    this.hasData = false
  }

  // Reports whether a block has begun that no blank line has ended.
  Reader.prototype.unfinished = function () {
    return this.hasData || this.type !== '' || this.value.length > 0 || this.id !== this.lastEventId
  }

  // Cuts are written as 3,7,12!: after the third byte, and so on. After a cut with !
  // a new connection begins.

  // Returns the cuts of a text, in order, those that fit a stream of this size.
  function parseCuts(text, size) {
    var byPlace = {}
    String(text).replace(/(\d+)(!?)/g, function (all, at, ends) {
      if (at > 0 && at < size) {
        byPlace[+at] = {at: +at, ends: ends === '!'}
      }
    })
    return Object.keys(byPlace).map(function (at) { return byPlace[at] })
      .sort(function (a, b) { return a.at - b.at })
  }

  function formatCuts(cuts) {
    return cuts.map(function (cut) { return cut.at + (cut.ends ? '!' : '') }).join(',')
  }

  // Reads all of a stream, and returns its events.
  function readAll(bytes, cuts) {
    var reader = new Reader(bytes, cuts)
    while (!reader.done()) {
      reader.read()
    }
    return reader
  }

  return {
    LIMIT: LIMIT, Reader: Reader, readAll: readAll, annotate: annotate, characterSize: characterSize, decode: decode, hex: hex,
    parseNotation: parseNotation, formatNotation: formatNotation, parseCuts: parseCuts, formatCuts: formatCuts
  }
}(site.playgroundCore, site.playgroundKinds))
