// Records what happens to the streams of a page: see note.

// Node.js has no self.
export var root = typeof self == 'object' ? self : globalThis

// What is kept: things that happened to a stream, characters of an event's data, and
// streams that are closed. Choices.
var RECENT = 20
var LONGEST = 500
var CLOSED_STREAMS = 20

// The rate is the mean of that many whole seconds. Choice.
var SECONDS = 5

var streams = []
var count = 0
var observers = []

// Records something that happened to a source. The second build calls it with what its
// option observe gets.
export function note(source, what, detail) {
  // The connection that tabs share is not a source of the page.
  if (!('url' in source)) return
  var stream = source._inspected || add(source)
  if (what == 'bytes') {
    stream.bytes_ += detail
  } else {
    record(stream, what, detail)
  }
  observers.forEach(function (observer) {
    try {
      observer(source, what, detail)
    } catch (error) {
      root.setTimeout(function () { throw error })
    }
  })
}

function add(source) {
  var stream = {
    id_: ++count,
    source_: source,
    requests_: 0,
    opened_: 0,
    events_: 0,
    bytes_: 0,
    began_: Date.now(),
    second_: 0,
    seconds_: [],
    recent_: []
  }
  // Not enumerable, so pages that copy or print a source do not find it.
  Object.defineProperty(source, '_inspected', { value: stream })
  streams.push(stream)
  var closed = streams.filter(isClosed)
  if (closed.length > CLOSED_STREAMS) streams.splice(streams.indexOf(closed[0]), 1)
  return stream
}

function isClosed(stream) {
  return stream.source_.readyState == 2
}

function record(stream, what, detail) {
  var entry = { time: Date.now(), what: what }
  if (what == 'request') {
    stream.requests_++
    stream.retryAt_ = stream.waits_ = undefined
    entry.url = detail
  } else if (what == 'open') {
    stream.opened_++
    stream.status_ = entry.status = detail.status
    stream.waits_ = undefined
  } else if (what == 'event') {
    stream.events_++
    second(stream)[0]++
    stream.lastEventId_ = entry.lastEventId = detail.lastEventId
    entry.type = detail.type
    entry.data = shortened(detail.data)
  } else if (what == 'error') {
    entry.reason = detail.reason
    entry.status = detail.status
    entry.delay = detail.delay
    stream.error_ = entry
    stream.waits_ = !stream.source_.readyState
    stream.retryAt_ = detail.delay >= 0 ? entry.time + detail.delay : undefined
  }
  stream.recent_.push(entry)
  if (stream.recent_.length > RECENT) stream.recent_.shift()
}

function shortened(data) {
  data = String(data)
  return data.length > LONGEST ? data.slice(0, LONGEST) + '\u2026' : data
}

// Returns the numbers of events in the current second and those before it.
function second(stream) {
  var now = Math.floor(Date.now() / 1000)
  var passed = now - stream.second_
  // The clock may be set back.
  if (passed < 0 || passed > SECONDS) stream.seconds_ = [0, 0, 0, 0, 0, 0]
  else while (passed--) stream.seconds_.unshift(0)
  stream.second_ = now
  stream.seconds_.length = SECONDS + 1
  return stream.seconds_
}

function rateOf(stream) {
  var sum = second(stream).slice(1).reduce(function (sum, events) { return sum + events })
  // A stream that is younger has fewer whole seconds.
  return sum / Math.max(1, Math.min(SECONDS, Math.floor(Date.now() / 1000) - Math.floor(stream.began_ / 1000)))
}

// Returns what is known of all streams, as plain data.
export function snapshot() {
  return streams.map(function (stream) {
    var source = stream.source_
    var state = source.readyState
    return {
      id: stream.id_,
      url: source.url,
      readyState: state,
      state: state == 2 ? 'closed' : state ? 'open' : stream.waits_ ? 'waiting' : 'connecting',
      began: stream.began_,
      requests: stream.requests_,
      opened: stream.opened_,
      bytes: stream.bytes_,
      events: stream.events_,
      rate: rateOf(stream),
      lastEventId: 'lastEventId' in source ? source.lastEventId : stream.lastEventId_ || '',
      status: stream.status_,
      lastError: stream.error_,
      retryIn: !state && stream.retryAt_ ? Math.max(0, stream.retryAt_ - Date.now()) : undefined,
      recent: stream.recent_.slice()
    }
  })
}

// Calls observer with everything that happens to a source. Returns a function that ends
// that.
export function observe(observer) {
  observers = observers.concat(observer)
  return function () {
    observers = observers.filter(function (other) { return other !== observer })
  }
}

// Records the events of a source of another class, such as the browser's own. Returns the
// source.
export function watch(source) {
  // The second build calls note itself.
  if ('lastEventId' in source || source._inspected) return source
  var stream = add(source)
  stream.requests_ = 1
  var types = {}
  var addListener = source.addEventListener

  function listen(type) {
    if (types[' ' + type]) return
    types[' ' + type] = true
    addListener.call(source, type, function (event) {
      var plain = type == 'open' || type == 'error' && !('data' in event)
      // It does not say when it sends its requests.
      if (type == 'error' && plain && !source.readyState) stream.requests_++
      note(source, plain ? type : 'event', event)
    })
  }

  ;['open', 'error', 'message'].forEach(listen)
  Object.defineProperty(source, 'addEventListener', {
    configurable: true,
    writable: true,
    value: function (type) {
      listen(String(type))
      return addListener.apply(source, arguments)
    }
  })
  return source
}
