// Notifications: the newest first, those that are not yet read counted in the
// title of the page.
(function () {
  'use strict'

  var MARKS = {info: 'i', success: '✓', warning: '!'}

  var list = site.id('notices')
  var newest = '' // ID of the newest notification
  var read = site.recall('read') // ID of the newest that was read

  function start() {
    var es = site.open('/demo/notify/events?line=' + site.line)
    site.empty(list)
    newest = ''
    count()
    if (es) {
      es.onmessage = function (ev) {
        prepend(JSON.parse(ev.data), ev.lastEventId)
      }
    }
  }

  function prepend(notice, id) {
    var item = document.createElement('li')
    item.className = 'unread ' + notice.kind
    item.setAttribute('data-id', id)
    site.add(item, 'span', 'mark', MARKS[notice.kind]).setAttribute('aria-hidden', 'true')
    site.add(item, 'span', 'text', notice.text)
    site.add(item, 'span', 'time', site.clock(notice.time))
    list.insertBefore(item, list.firstChild)
    newest = id
    if (id === read) {
      settle()
    }
    count()
  }

  // Marks all that are there as read. Older ones come before newer ones, so what
  // is there when the newest of them is known to be read is read.
  function settle() {
    for (var item = list.firstChild; item; item = item.nextSibling) {
      item.className = item.className.replace('unread ', '')
    }
  }

  function count() {
    var unread = list.querySelectorAll('.unread').length
    site.show(site.id('unread'), unread)
    site.id('none').hidden = list.firstChild !== null
    site.tellUnread(unread)
  }

  site.id('read').onclick = function () {
    read = newest
    site.remember('read', read)
    settle()
    count()
  }

  // Another window has read them.
  window.addEventListener('storage', function (ev) {
    if (ev.key === 'read' && ev.newValue === newest) {
      read = newest
      settle()
      count()
    }
  })

  site.id('send').onsubmit = function () {
    var text = site.id('text')
    site.post('/demo/notify', {text: text.value, kind: site.id('kind').value}, function (status, problem) {
      site.complain(site.id('problem'), status, problem)
      if (status === 204) {
        text.value = ''
      }
    })
    text.focus()
    return false
  }

  var origins = document.querySelectorAll('.origin')
  for (var i = 0; i < origins.length; i++) {
    site.show(origins[i], location.protocol + '//' + location.host)
  }
  site.run(start)
}())
