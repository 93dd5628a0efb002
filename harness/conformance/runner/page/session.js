// Shows the pages of cases in slots, one at a time in each, until the runner has no
// more. ES5, for engines as old as PhantomJS 1.9.
(function () {
  var GRACE = 5000 // ms beyond a case's limit, for starting and reporting, before its page is removed
  var RETRY = 500 // ms before the next request if the runner could not be reached
  var MAX_FAILURES = 20 // in a row; then the runner has exited

  function Slot(number) {
    var frame = null
    var timer = null
    var failures = 0

    function ask() {
      var request = new XMLHttpRequest()
      request.open('GET', 'next?slot=' + number)
      request.onload = function () {
        failures = 0
        if (request.status !== 200) return // the session is over
        var next = JSON.parse(request.responseText)
        if (next.page) show(next.page, next.limit)
      }
      request.onerror = function () {
        if (++failures < MAX_FAILURES) setTimeout(ask, RETRY)
      }
      request.send()
    }

    function show(page, limit) {
      frame = document.createElement('iframe')
      frame.src = page
      document.body.appendChild(frame)
      timer = setTimeout(leave, limit + GRACE)
    }

    function leave() {
      clearTimeout(timer)
      document.body.removeChild(frame)
      frame = null
      ask()
    }

    window.addEventListener('message', function (event) {
      if (frame && event.source === frame.contentWindow && event.data === 'done') leave()
    }, false)

    ask()
  }

  var count = Number(document.body.getAttribute('data-slots'))
  for (var i = 0; i < count; i++) Slot(i)
}())
