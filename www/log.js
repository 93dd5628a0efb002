// The live log: one EventSource, and all that happens to it as lines of a list.
(function () {
  'use strict'

  // Seconds that a stopped server stays so, unless it is started.
  var STOPPED = 600

  var names = {native: 'EventSource', polyfill: 'EventSourcePolyfill'}
  var source = null
  var events = 0
  var other = '' // another origin of the server

  function start() {
    var origin = site.chosen('origin')
    var url = (origin === 'same' ? '' : other) + '/events?request&line=' + site.line + (origin === 'closed' ? '&closed' : '')
    var init = {withCredentials: origin === 'credentials'}

    stop()
    append('note', 'new ' + names[site.chosen('implementation')] + '("' + url.split('?')[0] + '"' +
      (init.withCredentials ? ', {withCredentials: true}' : '') + ')')
    events = 0
    site.show(site.id('last'), '—')
    source = site.open(url, init)
    if (!source) {
      return
    }
    source.onopen = function () {
      append('open', 'open')
    }
    source.onmessage = function (ev) {
      events++
      append('message', ev.data, ev.lastEventId)
    }
    source.addEventListener('request', function (ev) {
      showRequest(JSON.parse(ev.data))
    })
    source.onerror = function () {
      append('error', 'error, readyState ' + source.readyState + ', ' + site.STATES[source.readyState])
    }
    showState()
  }

  function stop() {
    if (running()) {
      site.close()
      append('note', 'close()')
    }
  }

  function running() {
    return source !== null && source.readyState !== 2
  }

  // What the server tells of the request that it got.
  function showRequest(request) {
    var id = request.lastEventId ? 'Last-Event-ID ' + request.lastEventId : ''
    note('the server got ' + (id || 'no Last-Event-ID') + ' and ' + (request.cookie ? 'a cookie' : 'no cookie'),
      '服务器收到的请求' + (id ? '带有 ' + id : '不带 Last-Event-ID') + (request.cookie ? '，有 cookie' : '，无 cookie'))
  }

  function note(english, chinese) {
    append('note', english, '', chinese)
  }

  function append(kind, text, id, chinese) {
    site.append(kind, function (line) {
      site.add(line, 'span', 'time', site.clock())
      if (id) {
        site.add(line, 'span', 'id', 'id ' + id)
        site.show(site.id('last'), id)
      }
      var shown = site.add(line, 'span', 'text', text)
      if (chinese) {
        site.say(shown, text, chinese)
      }
    })
    showState()
  }

  function showState() {
    site.show(site.id('events'), events)
    if (running()) {
      site.say(site.id('toggle'), 'Close', '关闭')
    } else {
      site.say(site.id('toggle'), 'Open', '打开')
    }
  }

  // The buttons of the server side. What the server then does to the stream is
  // seen in the log.
  function server(name, english, chinese, seconds, status) {
    site.id(name).onclick = function () {
      site.cut(seconds, status, function (answer, problem) {
        var words = answer === 204 ? [english, chinese] : site.trouble(answer, problem)
        note(words[0], words[1])
      })
    }
  }
  server('cut', 'the server cuts the connection', '服务器切断连接')
  server('stop', 'the server stops', '服务器停止', STOPPED)
  server('gone', 'the server answers 204 from now on', '服务器从现在起回答 204', STOPPED, 204)
  server('start', 'the server starts', '服务器启动', 0)

  site.id('toggle').onclick = function () {
    if (running()) {
      stop()
    } else {
      start()
    }
  }
  site.id('clear').onclick = function () {
    site.empty(site.id('lines'))
  }
  var origins = document.getElementsByName('origin')
  for (var i = 0; i < origins.length; i++) {
    origins[i].onclick = start
  }

  // Whether a cookie goes to another origin is told by the server.
  document.cookie = 'visitor=1; path=/; SameSite=Strict'
  site.get('/demo/other', function (status, port) {
    if (status === 200) {
      other = location.protocol + '//' + location.hostname + ':' + port
      for (var i = 0; i < origins.length; i++) {
        origins[i].disabled = false
      }
    }
  })
  site.run(start)
}())
