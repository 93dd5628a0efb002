// Opens a source of the second build and one of the plain build, and logs what the
// inspector shows of them.

var inspect = EventSourceInspect
var heard = []
inspect.observe(function (source, what) {
  if (source == first && what != 'bytes') heard.push(what)
})
inspect.observe(function () { throw new Error('an observer may throw') })
var report = self.onerror
self.onerror = function (message) {
  if (!/an observer may throw/.test(message)) report(message)
}

var first = new EventSourcePlus('/inspected')
var second = inspect.watch(new EventSource('/events'))
var results = {}
var received
second.onmessage = function () { received = true }

function wait() {
  if (received && heard.indexOf('error') >= 0) setTimeout(examine, 300)
  else setTimeout(wait, 10)
}
wait()

function panels() { return document.querySelectorAll('.eventsource-inspect') }

function examine() {
  var streams = JSON.parse(JSON.stringify(inspect.snapshot()))
  var other = streams[0] // watch has recorded it before the first request
  var one = streams[1]
  results.first = [one.state, one.readyState, one.requests, one.opened, one.events, one.bytes, one.lastEventId, one.status, one.lastError.reason].join(' ')
  results.retry = one.retryIn > 50000 && one.retryIn <= 60000
  results.recent = one.recent.map(function (entry) { return entry.what + ' ' + (entry.data || '') }).join(',')
  results.heard = heard.join(' ')
  results.second = [other.state, other.requests, other.events, other.recent[1].data].join(' ')

  inspect.show()
  inspect.show()
  var panel = panels()[0]
  var button = panel.querySelectorAll('button')[2] // of that stream; the first closes the panel
  button.click ? button.click() : button.onclick()
  results.panels = panels().length
  results.position = getComputedStyle(panel).position + ' ' + getComputedStyle(panel).backgroundColor.replace(/ /g, '')
  results.markup = document.images.length + ' ' + /<img src=x onerror=.*> \(id 1\)/.test(panel.textContent)
  results.expanded = button.getAttribute('aria-expanded')
  results.countdown = /waiting, \d\d\.\d s/.test(panel.textContent)
  first.close()
  setTimeout(function () {
    results.renewed = /closed/.test(panel.textContent) + ' ' + inspect.snapshot()[1].state
    inspect.show(document.getElementById('drawer'))
    results.drawer = panels()[0].parentNode.id + ' ' + getComputedStyle(panels()[0]).position
    inspect.hide()
    results.hidden = panels().length
    console.log(JSON.stringify(results))
  }, 600)
}
