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

  // What else fetch is told of a request.
  request: function () {
    return {cache: 'no-store'}
  },

  // What is kept of the response that opened the connection.
  keep: function () {},

  // What opens the connection.
  open: function (source) {
    source.readyState = 1
    source.fire(new Event('open'))
  },

  // What fails it.
  fail: function (source) {
    source.readyState = 2
    source.fire(new Event('error'))
  },

  // What is known of a stream that begins.
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

  // Where the name of a field ends; -1: there is no value, 0: it is a comment.
  colon: function (line) {
    return line.indexOf(':')
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

  // What an id does before its block ends.
  takeID: function (source, stream, value) {
    stream.id = value
  },

  // May a value be a reconnection time?
  isTime: function (value) {
    return /^[0-9]+$/.test(value)
  },

  // The reconnection time of a value, in milliseconds.
  time: function (value) {
    return Number(value)
  },

  // The data of a block from its lines.
  join: function (lines) {
    return lines.join('\n')
  },

  // Does a block make an event?
  dispatches: function (stream) {
    return stream.data.length > 0
  },

  // The type of an event.
  type: function (stream) {
    return stream.type || 'message'
  },

  // The members of an event beside its data.
  members: function (source, origin) {
    return {lastEventId: source.id, origin: origin}
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

  // Is a lost connection reestablished?
  goesOn: function (source) {
    return source.readyState === 0
  },

  // What close does with the source.
  close: function (source) {
    source.readyState = 2
    clearTimeout(source.timer)
  },

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
