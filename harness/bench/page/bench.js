// What all measurements share. The page's attribute data-task is its task, and it
// posts one report: see type task and type pageReport in measurement.go.
var bench = (function () {
  var SETTLE = 200 // ms from the first event to the start signal
  var PINGS = 20 // to compare the clocks
  var DIGITS = 8 // of an event's number

  var task = JSON.parse(document.documentElement.getAttribute('data-task'))
  var reported = false

  // Returns how far the measurement came, for the error of a timeout.
  var progress = function () { return 'nothing was measured' }

  window.onerror = function (message, file, line) {
    fail(String(file).replace(/.*\//, '') + ':' + line + ': ' + message)
  }
  window.onunhandledrejection = function (event) {
    fail('unhandled rejection: ' + event.reason)
  }
  setTimeout(function () { fail('timed out after ' + task.limit / 1000 + ' s: ' + progress()) }, task.limit)

  // Milliseconds since the page began.
  function now() { return performance.now() }

  // Sends a request and calls back with the JSON of the response.
  function ask(method, path, body, callback) {
    var request = new XMLHttpRequest()
    request.open(method, path)
    request.onload = function () { if (callback) callback(JSON.parse(request.responseText)) }
    request.onerror = function () { fail('cannot reach ' + path) }
    request.send(body)
  }

  // Calls back with the CPU time of all renderers so far in ms, or with null where
  // the system does not have it.
  function cpu(callback) { ask('POST', 'cpu', null, callback) }

  // Starts all streams that are open.
  function sendStartSignal() { ask('POST', 'start-signal', null) }

  // Opens a stream. on is called with the data of each event and, as the second
  // argument, the event; opened, if given, when the stream is open. Clients without
  // EventSource define benchClient with the same parameters.
  function connect(url, on, opened) {
    if (window.benchClient) return benchClient(url, task.types, on, opened)
    if (typeof EventSource == 'undefined') return fail('the script does not define EventSource')
    var source = new EventSource(url)
    for (var i = 0; i < task.types.length; i++) source.addEventListener(task.types[i], listener)
    if (opened) source.onopen = opened
    return source

    function listener(event) { on(event.data, event) }
  }

  // The number of an event.
  function number(data) {
    var n = 0
    for (var i = task.offset; i < task.offset + DIGITS; i++) n = n * 10 + data.charCodeAt(i) - 48
    return n
  }

  // Returns a listener that checks the numbers of events, so that none is missing,
  // duplicated or out of order. It calls done after the last one.
  function counter(done) {
    var due = task.first
    var end = task.first + task.count
    progress = function () { return 'received ' + (due - task.first) + ' of ' + task.count + ' events' }

    return function (data) {
      if (number(data) != due) return fail('received event ' + number(data) + ' instead of ' + due)
      if (++due == end) done()
    }
  }

  // Opens a stream, waits for its first event, which has no number, and until the
  // page is idle, then calls begin. on is called with the events from then on.
  function ready(path, on, begin) {
    var receive = function () {
      receive = on
      setTimeout(begin, SETTLE)
    }
    return connect(path, function (data, event) { receive(data, event) })
  }

  // Calls back with the difference of the server's clock from the page's, in ms.
  // Both are the clock of one machine, so it should be 0: the pings only correct
  // what they prove wrong.
  function clock(callback) {
    var low = -Infinity
    var high = Infinity
    var left = PINGS

    function ping() {
      var sent = performance.timeOrigin + now()
      ask('GET', 'clock', null, function (time) {
        low = Math.max(low, time - performance.timeOrigin - now())
        high = Math.min(high, time - sent)
        if (--left) ping()
        else callback(Math.min(Math.max(0, low), high))
      })
    }
    ping()
  }

  // The age of an event that carries the time when it was made, in ms.
  function age(data, offset) {
    return performance.timeOrigin + now() + offset - data.substr(DIGITS + 1, 16) / 1000
  }

  // The value below which a share of sorted numbers lies.
  function quantile(sorted, share) {
    return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)]
  }

  function median(numbers) { return quantile(ascending(numbers), 0.5) }

  function ascending(numbers) { return numbers.slice().sort(function (a, b) { return a - b }) }

  // The percentiles of sorted numbers, as a curve.
  function percentiles(sorted) {
    var list = []
    for (var i = 0; i <= 100; i++) list.push(quantile(sorted, i / 100))
    return list
  }

  function fail(error) { report({}, null, error) }

  // Posts the figures, and the curve if there is one. Only the first call counts.
  function report(figures, curve, error) {
    if (reported) return
    reported = true
    ask('POST', 'report', JSON.stringify({ figures: figures, curve: curve || undefined, error: error }))
  }

  return {
    task: task, now: now, ask: ask, cpu: cpu, sendStartSignal: sendStartSignal, connect: connect, ready: ready,
    counter: counter, clock: clock, age: age, ascending: ascending, quantile: quantile, median: median,
    percentiles: percentiles, fail: fail, report: report
  }
}())
