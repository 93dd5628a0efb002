// Chat: what is said goes out by POST, and comes in by the stream.
(function () {
  'use strict'

  var room = site.id('room')
  var name = site.id('name')
  var text = site.id('text')
  var joined // the room and the name with which it was joined

  function start() {
    var es = site.open('/demo/chat/events?room=' + encodeURIComponent(joined.room) + '&name=' + encodeURIComponent(joined.name) + '&line=' + site.line)
    site.empty(site.id('lines'))
    site.empty(site.id('present'))
    site.id('problem').hidden = true
    if (!es) {
      return
    }
    es.onerror = function () {
      if (es.readyState === 2) {
        refused()
      }
    }
    es.onmessage = function (ev) {
      append(JSON.parse(ev.data))
    }
    es.addEventListener('present', function (ev) {
      showPresent(JSON.parse(ev.data))
    })
    es.addEventListener('lost', function (ev) {
      site.append('lost', function (line) {
        site.say(line, ev.data + ' messages are too old to be shown.', ev.data + ' 条消息太旧，无法显示。')
      })
    })
  }

  function append(said) {
    site.append(said.name === joined.name ? 'mine' : '', function (line) {
      var head = site.add(line, 'p', 'who')
      site.add(head, 'b', '', said.name)
      head.appendChild(document.createTextNode(' '))
      site.add(head, 'span', 'time', site.clock(said.time))
      site.add(line, 'p', 'text', said.text)
    })
  }

  // An EventSource does not tell why.
  function refused() {
    site.empty(site.id('present'))
    site.id('problem').hidden = false
    site.say(site.id('problem'), 'The room cannot be joined: try another room, another name, or later.', '无法加入房间：请换一个房间或名字，或稍后再试。')
  }

  function showPresent(names) {
    var list = names.join(', ')
    site.say(site.id('present'), names.length + ' here: ' + list, names.length + ' 人在线：' + list)
  }

  // The server leaves out the space around names.
  function choose() {
    joined = {room: room.value.trim(), name: name.value.trim()}
  }

  site.id('join').onsubmit = function () {
    choose()
    site.remember('name', joined.name)
    site.remember('room', joined.room)
    start()
    text.focus()
    return false
  }

  site.id('say').onsubmit = function () {
    site.send('/demo/chat', {room: joined.room, name: joined.name})
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
  choose()
  site.run(start)
}())
