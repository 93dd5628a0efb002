// Chat: messages are sent with POST and received over the stream.
(function () {
  'use strict'

  var room = site.id('room')
  var name = site.id('name')
  var text = site.id('text')
  var joined // the room and name of the open stream

  function connect() {
    var es = site.open('/demo/chat/events?room=' + site.encode(joined.room) + '&name=' + site.encode(joined.name) + '&line=' + site.line)
    site.empty(site.id('entries'))
    site.empty(site.id('present'))
    site.id('problem').hidden = true
    if (!es) {
      return
    }
    es.onerror = function () {
      if (es.readyState === 2) {
        showRefused()
      }
    }
    es.onmessage = function (ev) {
      showMessage(JSON.parse(ev.data))
    }
    es.addEventListener('present', function (ev) {
      showPresent(JSON.parse(ev.data))
    })
    es.addEventListener('lost', function (ev) {
      site.appendEntry('lost', function (entry) {
        site.setText(entry, 'The server no longer has ' + ev.data + ' older messages.', '有 ' + ev.data + ' 条较早的消息已被服务器清除。')
      })
    })
  }

  function showMessage(message) {
    site.appendEntry(message.name === joined.name ? 'mine' : '', function (entry) {
      var head = site.add(entry, 'p', 'who')
      site.add(site.add(head, 'b'), 'bdi', '', message.name)
      head.appendChild(document.createTextNode(' '))
      site.add(head, 'span', 'time', site.clock(message.time))
      site.add(entry, 'p', 'text', message.text)
    })
  }

  function showPresent(names) {
    var list = names.join(', ')
    site.setText(site.id('present'), names.length + ' online: ' + list, names.length + ' 人在线：' + names.join('、'))
  }

  // An error event does not say why the server refused the stream.
  function showRefused() {
    site.empty(site.id('present'))
    site.id('problem').hidden = false
    site.setText(site.id('problem'), 'The server refused the connection. Try another room or name, or try again later.', '服务器拒绝了连接。请换个房间或昵称，或稍后再试。')
  }

  // The server trims names, too.
  function readForm() {
    joined = {room: room.value.trim(), name: name.value.trim()}
  }

  site.id('join').onsubmit = function () {
    readForm()
    site.remember('name', joined.name)
    site.remember('room', joined.room)
    connect()
    text.focus()
    return false
  }

  function send() {
    site.postText('/demo/chat', {room: joined.room, name: joined.name})
    return false
  }

  site.id('say').onsubmit = send

  // Enter sends the message and Shift+Enter starts a new line. While an input method
  // composes a word, Enter belongs to it.
  text.onkeydown = function (ev) {
    if (ev.keyCode === 13 && !ev.shiftKey && !ev.isComposing) {
      return send()
    }
  }

  // The settings may come from the page's URL, and then be longer than the fields allow.
  room.value = (site.setting('room') || 'tea').slice(0, room.maxLength)
  name.value = (site.setting('name') || '').slice(0, name.maxLength) || (document.documentElement.lang === 'zh' ? '访客 ' : 'guest ') + Math.floor(1000 * Math.random())
  readForm()
  site.start(connect)
}())
