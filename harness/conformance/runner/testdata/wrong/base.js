// A simple EventSource that uses fetch and passes the cases of wrong_test.go. Each of
// the other files here breaks one of its rules.
var rules = {
  // Reports whether a response opens the connection.
  accepts: function (status, type) {
    return status === 200 && /^\s*text\/event-stream\s*(;|$)/i.test(type)
  },

  // Returns the headers of a request.
  headers: function (source) {
    var headers = {Accept: 'text/event-stream'}
    if (source.id) headers['Last-Event-ID'] = unescape(encodeURIComponent(source.id)) // as UTF-8
    return headers
  },

  // Returns the other options of fetch.
  request: function () {
    return {cache: 'no-store'}
  },

  // Keeps something of the response that opened the connection.
  keep: function () {},

  // Announces the connection.
  open: function (source) {
    source.readyState = 1
    source.fire(new Event('open'))
  },

  // Fails the connection.
  fail: function (source) {
    source.readyState = 2
    source.fire(new Event('error'))
  },

  // Returns the state of a new stream.
  begin: function (source) {
    return {
      decoder: new TextDecoder('utf-8', {ignoreBOM: true}),
      begun: false,
      afterCR: false,
      rest: '',
      data: [],
      type: '',
      id: source.id
    }
  },

  // Decodes a chunk.
  decode: function (stream, bytes) {
    return stream.decoder.decode(bytes, {stream: true})
  },

  // Removes the byte order mark from the first text of a stream.
  withoutMark: function (text) {
    return text.replace(/^\ufeff/, '')
  },

  // Returns the lines that a text completes. An LF after a CR belongs to the same line
  // end.
  lines: function (stream, text) {
    if (!text) return []
    var counted = stream.afterCR && text.charAt(0) === '\n'
    stream.afterCR = text.charAt(text.length - 1) === '\r'
    var lines = (stream.rest + (counted ? text.slice(1) : text)).split(/\r\n|\r|\n/)
    stream.rest = lines.pop()
    return lines
  },

  // Returns where the name of a field ends; -1 if it has no value, 0 for a comment.
  colon: function (line) {
    return line.indexOf(':')
  },

  // Removes the space after the colon from the value of a field.
  value: function (text) {
    return text.replace(/^ /, '')
  },

  // Returns the name of a field.
  name: function (text) {
    return text
  },

  // Reports whether a value is a valid id.
  isID: function (value) {
    return value.indexOf('\0') < 0
  },

  // Takes an id, before its block ends.
  takeID: function (source, stream, value) {
    stream.id = value
  },

  // Reports whether a value is a valid reconnection time.
  isTime: function (value) {
    return /^[0-9]+$/.test(value)
  },

  // Returns the reconnection time of a value, in milliseconds.
  time: function (value) {
    return Number(value)
  },

  // Joins the data lines of a block.
  join: function (lines) {
    return lines.join('\n')
  },

  // Reports whether a block dispatches an event.
  dispatches: function (stream) {
    return stream.data.length > 0
  },

  // Returns the type of an event.
  type: function (stream) {
    return stream.type || 'message'
  },

  // Returns the other members of an event.
  members: function (source, origin) {
    return {lastEventId: source.id, origin: origin}
  },

  // Resets the state of a block.
  endBlock: function (stream) {
    stream.data = []
    stream.type = ''
  },

  // Handles an unfinished block at the end of a stream.
  endStream: function () {},

  // Prepares the next connection.
  reconnect: function () {},

  // Reports whether a lost connection is reestablished.
  goesOn: function (source) {
    return source.readyState === 0
  },

  // Closes the source.
  close: function (source) {
    source.readyState = 2
    clearTimeout(source.timer)
  },

  // Closes the connection.
  abort: function (connection) {
    connection.abort()
  },

  // Reports whether the remaining events are dropped.
  drops: function (source) {
    return source.readyState === 2
  },

  // Announces that the connection was lost.
  lost: function (source) {
    source.readyState = 0
    source.fire(new Event('error'))
  }
}

function EventSource(url) {
  this.url = new URL(url, document.baseURI).href
  this.readyState = 0
  this.id = ''
  this.time = 3000
  this.listeners = {}
  this.connect()
}

EventSource.prototype = {
  onopen: null,
  onmessage: null,
  onerror: null,

  addEventListener: function (type, listener) {
    var key = '$' + type
    this.listeners[key] = (this.listeners[key] || []).concat(listener)
  },

  fire: function (event) {
    if (this['on' + event.type]) this['on' + event.type](event)
    var listeners = this.listeners['$' + event.type] || []
    for (var i = 0; i < listeners.length; i++) listeners[i].call(this, event)
  },

  close: function () {
    rules.close(this)
    rules.abort(this.connection)
  },

  connect: function () {
    var source = this
    this.connection = new AbortController()
    var request = rules.request()
    request.headers = rules.headers(this)
    request.signal = this.connection.signal
    fetch(this.url, request).then(function (response) {
      if (!rules.drops(source)) source.answered(response)
    }, function () {
      source.lost()
    })
  },

  answered: function (response) {
    if (!rules.accepts(response.status, response.headers.get('Content-Type') || '')) {
      this.connection.abort()
      return rules.fail(this)
    }
    rules.keep(this, response)
    this.origin = new URL(response.url).origin
    rules.open(this)
    this.read(response.body.getReader(), rules.begin(this))
  },

  read: function (reader, stream) {
    var source = this
    reader.read().then(function (chunk) {
      if (rules.drops(source)) return
      if (chunk.done) {
        rules.endStream(source, stream)
        return source.lost()
      }
      source.parse(stream, rules.decode(stream, chunk.value))
      source.read(reader, stream)
    }, function () {
      source.lost()
    })
  },

  lost: function () {
    var source = this
    if (rules.drops(this)) return
    rules.reconnect(this)
    rules.lost(this)
    if (rules.goesOn(this)) this.timer = setTimeout(function () { source.connect() }, this.time)
  },

  parse: function (stream, text) {
    if (!stream.begun && text) {
      stream.begun = true
      text = rules.withoutMark(text)
    }
    var lines = rules.lines(stream, text)
    for (var i = 0; i < lines.length; i++) this.line(stream, lines[i])
  },

  line: function (stream, line) {
    var colon = rules.colon(line)
    if (line === '') this.block(stream)
    else if (colon < 0) this.field(stream, rules.name(line), '')
    else if (colon > 0) this.field(stream, rules.name(line.slice(0, colon)), rules.value(line.slice(colon + 1)))
  },

  field: function (stream, name, value) {
    if (name === 'data') stream.data.push(value)
    if (name === 'event') stream.type = value
    if (name === 'id' && rules.isID(value)) rules.takeID(this, stream, value)
    if (name === 'retry' && rules.isTime(value)) this.time = rules.time(value)
  },

  block: function (stream) {
    this.id = stream.id
    if (rules.dispatches(stream) && !rules.drops(this)) {
      var members = rules.members(this, this.origin)
      members.data = rules.join(stream.data)
      this.fire(new MessageEvent(rules.type(stream), members))
    }
    rules.endBlock(stream)
  }
}
