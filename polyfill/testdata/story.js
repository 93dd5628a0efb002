// Logs what two sources are told, when the server has seen them close.

var stories = [live('?1'), live('?2')]
var living = stories.length

self.addEventListener('unhandledrejection', function (event) {
  console.log('a promise was rejected and nobody cared: ' + event.reason)
})

function live(name) {
  var story = []
  var source = new EventSource('/story' + name)
  source.onopen = source.onerror = function (event) {
    story.push(event.type + (source.readyState == EventSource.OPEN ? '' : ' ' + source.readyState))
  }
  source.onmessage = function (event) {
    tell(event)
    ask('POST', '/heard' + name)
  }
  source.addEventListener('last', function (event) {
    tell(event)
    source.close()
    story.push(source.readyState == EventSource.CLOSED ? 'closed' : 'not closed')
    if (--living == 0) wait()
  })
  function tell(event) {
    story.push(event instanceof MessageEvent ? event.type + ' ' + event.data + ' ' + event.lastEventId : 'no MessageEvent')
  }
  return story
}

function wait() {
  ask('GET', '/left', function () {
    console.log(stories[0].join(', ') + '; ' + stories[1].join(', '))
  })
}

function ask(method, path, callback) {
  var request = new XMLHttpRequest()
  request.open(method, path)
  request.onload = callback
  request.send()
}
