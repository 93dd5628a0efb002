// Chat: what is said goes out by POST, and comes in by the stream.
(function () {
  'use strict'

  // The most lines kept. Older ones are dropped.
  var LINES = 500

  var log = site.id('log')
  var lines = site.id('lines')
  var room = site.id('room')
  var name = site.id('name')
  var text = site.id('text')

  function start() {
    var es = site.open('/demo/chat/events?room=' + encodeURIComponent(room.value) + '&name=' + encodeURIComponent(name.value) + '&line=' + site.line)
    site.empty(lines)
    if (!es) {
      return
    }
    es.onmessage = function (ev) {
      append(JSON.parse(ev.data))
    }
    es.addEventListener('present', function (ev) {
      showPresent(JSON.parse(ev.data))
    })
    es.addEventListener('lost', function (ev) {
      site.say(site.add(lines, 'li', 'lost'), ev.data + ' messages are too old to be shown.', ev.data + ' 条消息太旧，无法显示。')
    })
  }

  // Adds what was said, and keeps the end in sight if it was.
  function append(said) {
    var atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 8
    var line = site.add(lines, 'li', said.name === name.value ? 'mine' : '')
    var head = site.add(line, 'p', 'who')
    site.add(head, 'b', '', said.name)
    head.appendChild(document.createTextNode(' '))
    site.add(head, 'span', 'time', site.clock(said.time))
    site.add(line, 'p', 'text', said.text)
    while (lines.childNodes.length > LINES) {
      lines.removeChild(lines.firstChild)
    }
    if (atEnd) {
      log.scrollTop = log.scrollHeight
    }
  }

  function showPresent(names) {
    var list = names.join(', ')
    site.say(site.id('present'), names.length + ' here: ' + list, names.length + ' 人在线：' + list)
  }

  site.id('join').onsubmit = function () {
    site.remember('name', name.value)
    site.remember('room', room.value)
    start()
    text.focus()
    return false
  }

  // A message that was refused stays where it was written.
  site.id('say').onsubmit = function () {
    site.post('/demo/chat', {room: room.value, name: name.value, text: text.value}, function (status, problem) {
      site.complain(site.id('problem'), status, problem)
      if (status === 204) {
        text.value = ''
      }
    })
    return false
  }

  // Enter sends, Shift and Enter begins a line; not while a word is composed.
  text.onkeydown = function (ev) {
    if (ev.keyCode === 13 && !ev.shiftKey && !ev.isComposing) {
      site.id('say').onsubmit()
      return false
    }
  }

  room.value = site.recall('room') || 'tea'
  name.value = site.recall('name') || 'guest ' + Math.floor(1000 * Math.random())
  var origins = document.querySelectorAll('.origin')
  for (var i = 0; i < origins.length; i++) {
    site.show(origins[i], location.protocol + '//' + location.host)
  }
  site.run(start)
}())
