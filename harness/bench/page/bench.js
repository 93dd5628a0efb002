// What all measurements share. A page is told its task by the attribute
// data-task and ends with one report; see type task and type report.
var bench = (function () {
  var SETTLE = 200 // ms between the first event and the word go
  var PINGS = 20 // that compare the clocks
  var DIGITS = 8 // of an event's number

  var task = JSON.parse(document.documentElement.getAttribute('data-task'))
  var reported = false

  window.onerror = function (message, file, line) {
    fail(String(file).replace(/.*\//, '') + ':' + line + ': ' + message)
  }
  window.onunhandledrejection = function (event) {
    fail('a promise was rejected: ' + event.reason)
  }
  setTimeout(function () { fail('not done after ' + task.limit / 1000 + ' s: ' + progress()) }, task.limit)

  // Told when the limit runs out; a measurement says here how far it came.
  var progress = function () { return 'nothing was measured' }

  // Milliseconds since the page began.
  function now() { return performance.now() }

  // Asks the server and calls back with what its answer holds.
  function ask(method, path, body, callback) {
    var request = new XMLHttpRequest()
    request.open(method, path)
    request.onload = function () { if (callback) callback(JSON.parse(request.responseText)) }
    request.onerror = function () { fail(path + ' could not be reached') }
    request.send(body)
  }

  // Calls back with the CPU time of all renderers so far, in ms; null if the
  // system does not tell.
  function cpu(callback) { ask('POST', 'cpu', null, callback) }

  // Lets the server write to all streams that are open.
  function go() { ask('POST', 'go', null) }

  // Opens a stream of the implementation. on is called with the data of each
  // event and, behind it, what the implementation tells of it; opened, if given,
  // when the stream is open. Clients without EventSource define benchClient.
  function connect(url, on, opened) {
    if (window.benchClient) return benchClient(url, task.types, on, opened)
    if (typeof EventSource == 'undefined') return fail('the script defines no EventSource')
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

  // Makes a listener that counts events and sees that none is missing, doubled or
  // moved. After the last it calls done, and ends as it should be.
  function counter(done) {
    var due = task.first
    var end = task.first + task.count
    progress = function () { return (due - task.first) + ' of ' + task.count + ' events came' }

    return function (data) {
      if (number(data) != due) return fail('event ' + number(data) + ' came where ' + due + ' was due')
      if (++due == end) done()
    }
  }

  // Opens a stream, waits for its first event, which bears no number, and for
  // the page to be quiet, then calls begin; on gets the events from then on.
  function ready(path, on, begin) {
    var receive = function () {
      receive = on
      setTimeout(begin, SETTLE)
    }
    return connect(path, function (data, event) { receive(data, event) })
  }

  // The server's clock in ms, less ours. Both are the clock of one machine, so
  // there should be no difference; but what the pings prove wrong is corrected.
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

  // How long ago the server wrote an event that bears its time, in ms.
  function age(data, offset) {
    return performance.timeOrigin + now() + offset - data.substr(DIGITS + 1, 16) / 1000
  }

  // The value below which a share of the numbers lies, which are sorted.
  function quantile(sorted, share) {
    return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)]
  }

  function median(numbers) { return quantile(ascending(numbers), 0.5) }

  function ascending(numbers) { return numbers.slice().sort(function (a, b) { return a - b }) }

  // Hundredths of a distribution, for a curve.
  function hundredths(sorted) {
    var list = []
    for (var i = 0; i <= 100; i++) list.push(quantile(sorted, i / 100))
    return list
  }

  function fail(error) { report({}, null, error) }

  // Posts the figures, and a curve if there is one; once.
  function report(figures, curve, error) {
    if (reported) return
    reported = true
    ask('POST', 'report', JSON.stringify({ figures: figures, curve: curve || undefined, error: error }))
  }

  return {
    task: task, now: now, ask: ask, cpu: cpu, go: go, connect: connect, ready: ready, counter: counter,
    clock: clock, age: age, ascending: ascending, quantile: quantile, median: median, hundredths: hundredths,
    fail: fail, report: report
  }
}())
