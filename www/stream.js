// Counting to nine: ten digits light up as they come.
(function () {
  'use strict'

  var digits = site.id('digits')
  for (var i = 0; i < 10; i++) {
    site.add(digits, 'li', '', i)
  }

  function start() {
    var es = site.open('/stream?line=' + site.line)
    clear()
    if (!es) {
      return
    }
    // A stream without ids begins anew with each connection.
    es.onopen = clear
    es.onmessage = function (ev) {
      digits.childNodes[ev.data].className = 'on'
      if (ev.data === '9' && site.id('close').checked) {
        site.close()
      }
    }
  }

  function clear() {
    for (var i = 0; i < 10; i++) {
      digits.childNodes[i].className = ''
    }
  }

  site.id('again').onclick = start
  site.run(start)
}())
