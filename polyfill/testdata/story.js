// Runs two sources through the same story and logs what each received, after the
// server has seen both disconnect.

var stories = [live('?1'), live('?2')]
var remaining = stories.length

self.addEventListener('unhandledrejection', function (event) {
  console.log('unhandled rejection: ' + event.reason)
})

function live(name) {
  var story = []
  var source = new EventSource('/story' + name)
  source.onopen = source.onerror = function (event) {
    story.push(event.type + (source.readyState == EventSource.OPEN ? '' : ' ' + source.readyState))
  }
  source.onmessage = function (event) {
    record(event)
    send('POST', '/received' + name)
  }
  source.addEventListener('last', function (event) {
    record(event)
    source.close()
    story.push(source.readyState == EventSource.CLOSED ? 'closed' : 'not closed')
    if (--remaining == 0) finish()
  })
  function record(event) {
    story.push(event instanceof MessageEvent ? event.type + ' ' + event.data + ' ' + event.lastEventId : 'not a MessageEvent')
  }
  return story
}

function finish() {
  send('GET', '/disconnected', function () {
    console.log(stories[0].join(', ') + '; ' + stories[1].join(', '))
  })
}

function send(method, path, callback) {
  var xhr = new XMLHttpRequest()
  xhr.open(method, path)
  xhr.onload = callback
  xhr.send()
}
