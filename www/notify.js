// Notifications: the newest first, and the number of unread ones in the page's
// title.
(function () {
  'use strict'

  var MARKS = {info: 'i', success: '✓', warning: '!'}

  var list = site.id('notices')
  var newest = '' // ID of the newest notification
  var read = site.recall('read') // ID of the newest notification that was read

  function connect() {
    var es = site.open('/demo/notify/events?line=' + site.line)
    site.empty(list)
    newest = ''
    showUnread()
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
      markRead()
    }
    if (list.childNodes.length > site.MAX_ENTRIES) {
      list.removeChild(list.lastChild)
    }
    showUnread()
  }

  // Marks the newest notification that was read, and all older ones.
  function markRead() {
    var item = list.firstChild
    while (item && item.getAttribute('data-id') !== read) {
      item = item.nextSibling
    }
    for (; item; item = item.nextSibling) {
      item.className = item.className.replace('unread ', '')
    }
  }

  function showUnread() {
    var unread = list.querySelectorAll('.unread').length
    site.setText(site.id('unread'), unread)
    site.id('none').hidden = list.firstChild !== null
    site.setUnread(unread)
  }

  site.id('read').onclick = function () {
    if (newest) {
      read = newest
      site.remember('read', read)
      markRead()
      showUnread()
    }
  }

  // They were read in another window.
  window.addEventListener('storage', function (ev) {
    if (ev.key === 'read') {
      read = ev.newValue
      markRead()
      showUnread()
    }
  })

  site.id('send').onsubmit = function () {
    site.postText('/demo/notify', {kind: site.id('kind').value})
    site.id('text').focus()
    return false
  }

  site.start(connect)
}())
