// The article. Each box runs what its step explains. One box runs at a time, because a
// browser has six connections to a host and a stream needs one.
(function () {
  'use strict'

  var LINES = 8 // in a box
  var running = null // the box that runs
  var es = null
  var raw = null // the request of the box that shows bytes

  // What the boxes do: start opens a stream and shows it in the lines of the box.
  var boxes = {
    list: function (box) {
      es.onmessage = function (ev) { addLine(box, ev.data) }
      showErrors(box)
    },

    digits: function (box) {
      es.onmessage = function (ev) { addLine(box, 'data: ' + ev.data) }
      showErrors(box)
    },

    reconnect: function (box) {
      es.onopen = function () { addLine(box, 'open, readyState 1', 'open') }
      es.onmessage = function (ev) { addLine(box, 'id ' + ev.lastEventId.split('-')[1] + '  ' + ev.data) }
      es.addEventListener('request', function (ev) {
        var id = JSON.parse(ev.data).lastEventId
        if (id) {
          addLine(box, 'Last-Event-ID: ' + id, 'note')
        }
      })
      showErrors(box)
    },

    other: function (box) {
      es.addEventListener('request', function (ev) {
        if (JSON.parse(ev.data).cookie) {
          addLine(box, 'The server got the cookie.', 'note', '服务器收到了 Cookie。')
        } else {
          addLine(box, 'The server got no cookie.', 'note', '服务器没有收到 Cookie。')
        }
      })
      es.onmessage = function (ev) { addLine(box, ev.origin + '  ' + ev.data) }
      showErrors(box)
    },

    quotes: function (box) {
      var rows = {}
      ;['AMBR', 'BOLT', 'CEDR', 'DUNE', 'ECHO', 'FERN'].forEach(function (share) {
        rows[share] = addLine(box, share)
        var last = 0
        es.addEventListener(share, function (ev) {
          var price = JSON.parse(ev.data).price
          site.setText(rows[share], share + '  ' + price.toFixed(2))
          rows[share].className = price < last ? 'fall' : 'rise'
          last = price
        })
      })
    },

    chat: function (box) {
      es.onmessage = function (ev) {
        var message = JSON.parse(ev.data)
        addLine(box, message.name + ': ' + message.text)
      }
    },

    notify: function (box) {
      es.onmessage = function (ev) { addLine(box, JSON.parse(ev.data).text) }
    }
  }

  // The stream of each box, and its other buttons: English, Chinese, and what a click does.
  var streams = {
    list: '/events',
    digits: '/stream',
    reconnect: '/events?request',
    quotes: '/demo/quotes/events',
    chat: '/demo/chat/events?room=article&name=' + encodeURIComponent('guest ' + Math.floor(1000 * Math.random())),
    notify: '/demo/notify/events'
  }
  var buttons = {
    reconnect: ['Cut for 4 s', '断开 4 秒', function () { site.cut(4) }],
    chat: ['Say hello', '打个招呼', function () { send('/demo/chat', {room: 'article', name: 'guest', text: 'Hello! ' + site.clock()}) }],
    notify: ['Send a notification', '发送一条通知', function () { send('/demo/notify', {text: (document.documentElement.lang === 'zh' ? '构建通过，' : 'The build is green, ') + site.clock()}) }]
  }

  function send(url, fields) {
    site.post(url, fields, function (status, text) {
      site.showFailure(site.id('problem'), status, text)
    })
  }

  // Adds a line to a box, and removes the oldest if there are too many.
  function addLine(box, text, className, chinese) {
    var line = site.add(box.lines, 'li', className)
    site.setText(line, text, chinese)
    while (box.lines.childNodes.length > LINES) {
      box.lines.removeChild(box.lines.firstChild)
    }
    return line
  }

  function showErrors(box) {
    es.onerror = function () { addLine(box, 'error, readyState ' + es.readyState, 'error') }
  }

  function run(box) {
    stop()
    running = box
    site.setText(box.run, 'Stop', '停止')
    connect()
  }

  function connect() {
    var box = running
    if (!box) {
      return
    }
    if (box.lines) {
      site.empty(box.lines)
    }
    if (box.name === 'raw') {
      showBytes(box)
    } else if (box.name === 'other') {
      site.get('/demo/other', function (status, port) {
        if (running === box && status === 200) {
          open(box, location.protocol + '//' + location.hostname + ':' + port + '/events?request', {withCredentials: true})
        }
      })
    } else {
      open(box, streams[box.name])
    }
  }

  function open(box, url, init) {
    es = site.open(url + (/\?/.test(url) ? '&' : '?') + 'line=' + site.line, init)
    if (es) {
      boxes[box.name](box)
    }
  }

  // Shows the bytes of a stream as they arrive.
  function showBytes(box) {
    raw = new XMLHttpRequest()
    raw.open('GET', '/events')
    raw.onprogress = function () {
      site.setText(box.bytes, raw.responseText)
      box.bytes.scrollTop = box.bytes.scrollHeight
    }
    raw.send(null)
  }

  function stop() {
    if (!running) {
      return
    }
    site.close()
    if (raw) {
      raw.abort()
      raw = null
    }
    site.setText(running.run, 'Run', '运行')
    running = null
  }

  function addBox(element) {
    var name = element.getAttribute('data-box')
    var box = {name: name}
    if (site.Recording && (name === 'raw' || name === 'other')) {
      site.setText(element, 'This box needs a server.', '此示例需要服务器。')
      return
    }
    var controls = site.add(element, 'p', 'controls')
    box.run = site.add(controls, 'button', 'primary run')
    box.run.type = 'button'
    site.setText(box.run, 'Run', '运行')
    box.run.onclick = function () {
      if (running === box) {
        stop()
      } else {
        run(box)
      }
    }
    if (buttons[name]) {
      controls.appendChild(document.createTextNode(' '))
      var button = site.add(controls, 'button', 'other')
      button.type = 'button'
      site.setText(button, buttons[name][0], buttons[name][1])
      button.onclick = buttons[name][2]
    }
    if (name === 'raw') {
      box.bytes = site.add(element, 'div', 'bytes')
      box.bytes.tabIndex = 0
    } else {
      box.lines = site.add(element, 'ol')
    }
  }

  function showProgram(button) {
    var all = document.querySelectorAll('[data-program]')
    for (var i = 0; i < all.length; i++) {
      var chosen = all[i] === button
      all[i].setAttribute('aria-pressed', String(chosen))
      site.id('program-' + all[i].getAttribute('data-program')).hidden = !chosen
    }
  }

  ;[].forEach.call(document.querySelectorAll('[data-box]'), addBox)
  ;[].forEach.call(document.querySelectorAll('[data-program]'), function (button) {
    button.onclick = function () { showProgram(button) }
  })
  window.addEventListener('pagehide', stop) // the browser may keep the page, with its connections
  document.cookie = 'visitor=1; path=/; SameSite=Strict' // the server says whether it got it
  site.start(connect)
}())
