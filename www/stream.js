// Counting to nine: ten digits, which light up as they arrive.
(function () {
  'use strict'

  var digits = site.id('digits')
  for (var i = 0; i < 10; i++) {
    site.add(digits, 'li', '', i)
  }

  function connect() {
    var es = site.open('/stream?line=' + site.line)
    clear()
    if (!es) {
      return
    }
    es.onopen = clear // without ids, each connection starts at 0
    es.onmessage = function (ev) {
      light(digits.childNodes[ev.data])
      site.setText(site.id('newest'), ev.data)
      if (ev.data === '9' && site.id('close').checked) {
        site.close()
      }
    }
  }

  // Lights up a digit and makes it the current one.
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

  site.id('again').onclick = connect
  site.start(connect)
}())
