// Walks through pages in a frame. The server is told of each step that is done, of
// the first problem, and of the end.
var frame = document.getElementsByTagName('iframe')[0]
var next = 0 // page
var step = 0

function tell(text) {
  var xhr = new XMLHttpRequest()
  xhr.open('POST', '/walk')
  xhr.send(text)
}

// Told of a page before its own scripts run.
function watch(page) {
  page.onerror = function (message, url, line) {
    tell('a problem at ' + page.location.pathname + ': ' + message + ' (' + url + ':' + line + ')')
  }
  page.console.error = function (message) {
    tell('a problem at ' + page.location.pathname + ': ' + message)
  }
}

// Whether a step is done now. While a page is being loaded none is.
function done(walk) {
  var page = frame.contentWindow
  try {
    return page.location.pathname + page.location.search === walk.path && page.document.readyState === 'complete' && page.eval(walk.steps[step])
  } catch (early) {
    return false
  }
}

function go() {
  var walk = walks[next]
  if (!walk || !done(walk)) {
    return
  }
  tell(walk.path + ' ' + walk.steps[step])
  if (++step < walk.steps.length) {
    return
  }
  step = 0
  next++
  if (walks[next]) {
    frame.src = walks[next].path
  } else {
    tell('done')
  }
}

frame.src = walks[0].path
setInterval(go, 100)
