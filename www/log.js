// The live log: one EventSource, and an entry for everything that happens to it.
(function () {
  'use strict'

  // How long a stopped server stays stopped unless it is started, in seconds.
  var STOPPED = 600

  var NAMES = {native: 'EventSource', polyfill: 'EventSourcePolyfill'}

  var source = null
  var events = 0
  var otherOrigin = '' // the same server at another port

  function connect() {
    var origin = site.chosen('origin')
    var url = (origin === 'same' ? '' : otherOrigin) + '/events?request&line=' + site.line + (origin === 'closed' ? '&closed' : '')
    var init = {withCredentials: origin === 'credentials'}

    close()
    append('note', 'new ' + NAMES[site.chosen('implementation')] + '("' + url.split('?')[0] + '"' +
      (init.withCredentials ? ', {withCredentials: true}' : '') + ')')
    events = 0
    site.setText(site.id('last'), '—')
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

  function close() {
    if (isOpen()) {
      site.close()
      append('note', 'close()')
    }
  }

  function isOpen() {
    return source !== null && source.readyState !== 2
  }

  // Shows what the server says about the request that it received.
  function showRequest(request) {
    var id = request.lastEventId ? 'Last-Event-ID ' + request.lastEventId : ''
    appendNote('the server got ' + (id || 'no Last-Event-ID') + ' and ' + (request.cookie ? 'a cookie' : 'no cookie'),
      '服务器收到的请求' + (id ? '带有 ' + id : '没有 Last-Event-ID') + '，' + (request.cookie ? '有 cookie' : '没有 cookie'))
  }

  function appendNote(english, chinese) {
    append('note', english, '', chinese)
  }

  function append(kind, text, id, chinese) {
    site.appendEntry(kind, function (entry) {
      site.add(entry, 'span', 'time', site.clock())
      if (id) {
        site.add(entry, 'span', 'id', 'id ' + id)
        site.setText(site.id('last'), id)
      }
      site.setText(site.add(entry, 'span', 'text'), text, chinese)
    })
    showState()
  }

  function showState() {
    site.setText(site.id('events'), events)
    if (isOpen()) {
      site.setText(site.id('toggle'), 'Close', '关闭')
    } else {
      site.setText(site.id('toggle'), 'Open', '打开')
    }
  }

  // Asks for the port of the other origin, which may change when the server is started
  // again, and then calls done.
  function findOther(done) {
    site.get('/demo/other', function (status, port) {
      if (status === 200) {
        otherOrigin = location.protocol + '//' + location.hostname + ':' + port
        for (var i = 0; i < origins.length; i++) {
          origins[i].disabled = false
        }
      }
      done()
    })
  }

  // Makes a button of the server's group work. The log shows what the server then
  // does to the stream.
  function serverButton(name, english, chinese, seconds, status) {
    site.id(name).onclick = function () {
      site.cut(seconds, status, function (answer, text) {
        var words = answer === 204 ? [english, chinese] : site.failure(answer, text)
        appendNote(words[0], words[1])
      })
    }
  }
  serverButton('cut', 'the server cuts the connection', '服务器断开连接')
  serverButton('stop', 'the server stops', '服务器停止', STOPPED)
  serverButton('gone', 'the server answers 204 from now on', '服务器从现在起返回 204', STOPPED, 204)
  serverButton('start', 'the server starts', '服务器启动', 0)

  site.id('toggle').onclick = function () {
    if (isOpen()) {
      close()
    } else {
      connect()
    }
  }
  site.id('clear').onclick = function () {
    site.empty(site.id('entries'))
  }
  var origins = document.getElementsByName('origin')
  for (var i = 0; i < origins.length; i++) {
    origins[i].onclick = function () {
      if (this.value === 'same') {
        connect()
      } else {
        findOther(connect)
      }
    }
  }

  // The server says whether it got this cookie, also at the other origin.
  document.cookie = 'visitor=1; path=/; SameSite=Strict'
  findOther(function () {})
  site.start(connect)
}())
