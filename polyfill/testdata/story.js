// Logs what two sources are told, when the server has seen them close.

var stories = [live(), live()]
var living = stories.length

function live() {
  var story = []
  var source = new EventSource('/story')
  source.onopen = source.onerror = function (event) {
    story.push(event.type + (source.readyState == EventSource.OPEN ? '' : ' ' + source.readyState))
  }
  source.onmessage = tell
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
  var request = new XMLHttpRequest()
  request.open('GET', '/left')
  request.onload = function () {
    console.log(stories[0].join(', ') + '; ' + stories[1].join(', '))
  }
  request.send()
}
