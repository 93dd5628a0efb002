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
    if (list.childNodes.length > site.LINES) {
      list.removeChild(list.lastChild)
    }
    count()
  }

  // Shows what is read: the newest that was, and all that are older.
  function settle() {
    var item = list.firstChild
    while (item && item.getAttribute('data-id') !== read) {
      item = item.nextSibling
    }
    for (; item; item = item.nextSibling) {
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
    if (newest) {
      read = newest
      site.remember('read', read)
      settle()
      count()
    }
  }

  // Another window has read them.
  window.addEventListener('storage', function (ev) {
    if (ev.key === 'read') {
      read = ev.newValue
      settle()
      count()
    }
  })

  site.id('send').onsubmit = function () {
    site.send('/demo/notify', {kind: site.id('kind').value})
    site.id('text').focus()
    return false
  }

  site.run(start)
}())
