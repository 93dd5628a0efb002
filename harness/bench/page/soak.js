// Soak: counts the events of one or more streams, and posts the counts and the size of
// the heap at intervals and after the last event. See type soakReport.
(function () {
  var page = document.documentElement
  var urls = page.getAttribute('data-streams').split(' ')
  var count = Number(page.getAttribute('data-count'))
  var interval = Number(page.getAttribute('data-interval')) // ms
  var payload = ' ' + page.getAttribute('data-payload')
  var seen = { received: 0, lost: 0, doubled: 0, damaged: 0, opened: 0, ended: 0, silence: 0, error: '' }

  function listen(url) {
    var source = new EventSource(url)
    var last = 0 // number of the last event
    var moment = 0 // of the last event

    source.onopen = function () { seen.opened++ }

    source.onmessage = function (event) {
      var n = parseInt(event.data, 10)
      var now = Date.now()
      seen.received++
      if (event.data !== n + payload || event.lastEventId !== String(n)) seen.damaged++
      if (n <= last) {
        seen.doubled++
        return
      }
      if (moment) seen.silence = Math.max(seen.silence, now - moment)
      moment = now
      seen.lost += n - last - 1
      last = n
      if (n >= count && ++seen.ended === urls.length) report(0, false)
    }

    source.onerror = function () {
      if (source.readyState === 2) seen.error = 'the connection failed'
    }
  }

  function report(heap, sampled) {
    var request = new XMLHttpRequest()
    seen.heap = heap
    seen.sampled = sampled
    request.open('POST', 'report')
    request.send(JSON.stringify(seen))
  }

  for (var i = 0; i < urls.length; i++) listen(urls[i])

  setInterval(function () {
    if (typeof gc === 'function') gc()
    report(performance.memory ? performance.memory.usedJSHeapSize : 0, true)
  }, interval)
}())
