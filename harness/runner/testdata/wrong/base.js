// A plain EventSource on fetch, right enough to pass the cases of
// wrong_test.go. Every file beside this one breaks one of its rules.
var rules = {
  // Opens the connection?
  accepts: function (status, type) {
    return status === 200 && /^\s*text\/event-stream\s*(;|$)/i.test(type)
  },

  // The headers of a request.
  headers: function (source) {
    var headers = {Accept: 'text/event-stream'}
    if (source.id) headers['Last-Event-ID'] = unescape(encodeURIComponent(source.id)) // as UTF-8
    return headers
  },

  // The text of a chunk.
  decode: function (stream, bytes) {
    return stream.decoder.decode(bytes, {stream: true})
  },

  // The first text of a stream without a byte order mark.
  withoutMark: function (text) {
    return text.replace(/^\ufeff/, '')
  },

  // The lines that a text completes. An LF behind a CR was counted with it.
  lines: function (stream, text) {
    if (!text) return []
    var counted = stream.afterCR && text.charAt(0) === '\n'
    stream.afterCR = text.charAt(text.length - 1) === '\r'
    var lines = (stream.rest + (counted ? text.slice(1) : text)).split(/\r\n|\r|\n/)
    stream.rest = lines.pop()
    return lines
  },

  // The value of a field without the space behind its colon.
  value: function (text) {
    return text.replace(/^ /, '')
  },

  // The name of a field.
  name: function (text) {
    return text
  },

  // May a value be an id?
  isID: function (value) {
    return value.indexOf('\0') < 0
  },

  // May a value be a reconnection time?
  isTime: function (value) {
    return /^[0-9]+$/.test(value)
  },

  // The data of a block from its lines.
  join: function (lines) {
    return lines.join('\n')
  },

  // Does a block make an event?
  dispatches: function (stream) {
    return stream.data.length > 0
  },

  // What is left when a block is over.
  endBlock: function (stream) {
    stream.data = []
    stream.type = ''
  },

  // What happens to an unfinished block.
  endStream: function () {},

  // What is kept for the next connection.
  reconnect: function () {},

  // What close does with the connection.
  abort: function (connection) {
    connection.abort()
  },

  // Is an event for a closed source dropped?
  drops: function (source) {
    return source.readyState === 2
  },

  // What a connection that is lost tells the page.
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
    this.readyState = 2
    clearTimeout(this.timer)
    rules.abort(this.connection)
  },

  connect: function () {
    var source = this
    this.connection = new AbortController()
    fetch(this.url, {
      headers: rules.headers(this),
      cache: 'no-store',
      signal: this.connection.signal
    }).then(function (response) {
      if (!rules.drops(source)) source.answered(response)
    }, function () {
      source.lost()
    })
  },

  answered: function (response) {
    if (!rules.accepts(response.status, response.headers.get('Content-Type') || '')) {
      this.connection.abort()
      this.readyState = 2
      return this.fire(new Event('error'))
    }
    this.readyState = 1
    this.fire(new Event('open'))
    this.read(response.body.getReader(), {
      origin: new URL(response.url).origin,
      decoder: new TextDecoder('utf-8', {ignoreBOM: true}),
      begun: false,
      afterCR: false,
      rest: '',
      data: [],
      type: '',
      id: this.id
    })
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
    if (this.readyState === 0) this.timer = setTimeout(function () { source.connect() }, this.time)
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
    var colon = line.indexOf(':')
    if (line === '') this.block(stream)
    else if (colon < 0) this.field(stream, rules.name(line), '')
    else if (colon > 0) this.field(stream, rules.name(line.slice(0, colon)), rules.value(line.slice(colon + 1)))
  },

  field: function (stream, name, value) {
    if (name === 'data') stream.data.push(value)
    if (name === 'event') stream.type = value
    if (name === 'id' && rules.isID(value)) stream.id = value
    if (name === 'retry' && rules.isTime(value)) this.time = Number(value)
  },

  block: function (stream) {
    this.id = stream.id
    if (rules.dispatches(stream) && !rules.drops(this)) {
      this.fire(new MessageEvent(stream.type || 'message', {
        data: rules.join(stream.data),
        lastEventId: this.id,
        origin: stream.origin
      }))
    }
    rules.endBlock(stream)
  }
}
