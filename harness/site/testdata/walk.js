// Walks through pages in a frame. Reports to the server each step that is done, each
// problem, and the end.
var frame = document.getElementsByTagName('iframe')[0]
var next = 0 // page
var step = 0

function report(text) {
  var xhr = new XMLHttpRequest()
  xhr.open('POST', '/walk')
  xhr.send(text)
}

// Called by each page before its own scripts run.
function watch(page) {
  page.onerror = function (message, url, line) {
    report('a problem at ' + page.location.pathname + ': ' + message + ' (' + url + ':' + line + ')')
  }
  page.console.error = function (message) {
    report('a problem at ' + page.location.pathname + ': ' + message)
  }
}

// Reports whether the current step is done. While a page loads, none is. A page may change
// its own query.
function done(walk) {
  var page = frame.contentWindow
  try {
    return page.location.pathname === walk.path.split(/[?#]/)[0] && page.document.readyState === 'complete' && page.eval(walk.steps[step])
  } catch (early) {
    return false
  }
}

function proceed() {
  var walk = walks[next]
  if (!walk || !done(walk)) {
    return
  }
  report(walk.path + ' ' + walk.steps[step])
  if (++step < walk.steps.length) {
    return
  }
  step = 0
  next++
  if (walks[next]) {
    frame.src = walks[next].path
  } else {
    report('done')
  }
}

frame.src = walks[0].path
setInterval(proceed, 100)
