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
      light(digits.childNodes[ev.data])
      site.show(site.id('newest'), ev.data)
      if (ev.data === '9' && site.id('close').checked) {
        site.close()
      }
    }
  }

  // Lights a digit up, which is now the newest.
  function light(digit) {
    if (digit.previousSibling) {
      digit.previousSibling.removeAttribute('aria-current')
    }
    digit.setAttribute('aria-current', 'true')
    digit.className = 'on'
  }

  function clear() {
    for (var i = 0; i < 10; i++) {
      digits.childNodes[i].className = ''
      digits.childNodes[i].removeAttribute('aria-current')
    }
    site.empty(site.id('newest'))
  }

  site.id('again').onclick = start
  site.run(start)
}())
