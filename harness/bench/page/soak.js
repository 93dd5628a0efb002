// Counts the events of a stream, and tells of them and of the heap now and then,
// and when the last one has come.
(function () {
  var LOOK = 5000 // ms
  var page = document.documentElement
  var count = Number(page.getAttribute('data-count'))
  var payload = ' ' + page.getAttribute('data-payload')
  var told = { received: 0, lost: 0, doubled: 0, damaged: 0, opened: 0, last: 0, error: '' }
  var source = new EventSource('stream')

  source.onopen = function () { told.opened++ }

  source.onmessage = function (event) {
    var n = parseInt(event.data, 10)
    told.received++
    if (event.data !== n + payload || event.lastEventId !== String(n)) told.damaged++
    if (n <= told.last) {
      told.doubled++
      return
    }
    told.lost += n - told.last - 1
    told.last = n
    if (n >= count) tell(0)
  }

  source.onerror = function () {
    if (source.readyState === 2) told.error = 'the connection has failed'
  }

  function tell(heap) {
    var request = new XMLHttpRequest()
    told.heap = heap
    request.open('POST', 'told')
    request.send(JSON.stringify(told))
  }

  setInterval(function () {
    gc()
    tell(performance.memory.usedJSHeapSize)
  }, LOOK)
}())
