// Soak: counts the events of a stream, and posts the counts and the size of the
// heap at intervals and after the last event. See type soakReport.
(function () {
  var INTERVAL = 5000 // ms
  var page = document.documentElement
  var count = Number(page.getAttribute('data-count'))
  var payload = ' ' + page.getAttribute('data-payload')
  var seen = { received: 0, lost: 0, doubled: 0, damaged: 0, opened: 0, last: 0, error: '' }
  var source = new EventSource('stream')

  source.onopen = function () { seen.opened++ }

  source.onmessage = function (event) {
    var n = parseInt(event.data, 10)
    seen.received++
    if (event.data !== n + payload || event.lastEventId !== String(n)) seen.damaged++
    if (n <= seen.last) {
      seen.doubled++
      return
    }
    seen.lost += n - seen.last - 1
    seen.last = n
    if (n >= count) report(0)
  }

  source.onerror = function () {
    if (source.readyState === 2) seen.error = 'the connection failed'
  }

  function report(heap) {
    var request = new XMLHttpRequest()
    seen.heap = heap
    request.open('POST', 'report')
    request.send(JSON.stringify(seen))
  }

  setInterval(function () {
    gc()
    report(performance.memory.usedJSHeapSize)
  }, INTERVAL)
}())
