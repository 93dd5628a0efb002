// What all pages share: the language, light or dark, the choice of implementation,
// the state of the connection, a line that can be cut, and small words for the
// document.
var site = (function () {
  'use strict'

  // readyState 0, 1 and 2, in the words of the standard.
  var STATES = ['connecting', 'open', 'closed']
  var CLOSED = 2

  // eventsource.js names its own class and the native one, whichever of them
  // is installed as EventSource.
  var classes = {
    native: window.EventSourcePolyfill ? window.NativeEventSource : window.EventSource,
    polyfill: window.EventSourcePolyfill
  }

  // What the switch said last, in this browser.
  function recall(name) {
    try {
      return localStorage.getItem(name)
    } catch (refused) {
      return null
    }
  }

  function remember(name, value) {
    try {
      localStorage.setItem(name, value)
    } catch (refused) {}
  }

  // Language. Each text is there twice, and the style hides one of them. The title,
  // options and what only screen readers say have theirs in data-en and data-zh.

  var unread = 0 // is told in the title

  function speak(language) {
    document.documentElement.lang = language
    var labels = document.querySelectorAll('[aria-label][data-en]')
    for (var i = 0; i < labels.length; i++) {
      labels[i].setAttribute('aria-label', labels[i].getAttribute('data-' + language))
    }
    var options = document.querySelectorAll('option[data-en]')
    for (i = 0; i < options.length; i++) {
      options[i].text = options[i].getAttribute('data-' + language)
    }
    var buttons = document.querySelectorAll('[data-language]')
    for (i = 0; i < buttons.length; i++) {
      buttons[i].setAttribute('aria-pressed', buttons[i].getAttribute('data-language') === language)
    }
    showTitle()
  }

  function offerLanguages() {
    var buttons = document.querySelectorAll('[data-language]')
    for (var i = 0; i < buttons.length; i++) {
      buttons[i].onclick = function () {
        remember('language', this.getAttribute('data-language'))
        speak(this.getAttribute('data-language'))
      }
    }
    speak(document.documentElement.lang)
  }

  function showTitle() {
    var title = document.querySelector('title').getAttribute('data-' + document.documentElement.lang)
    document.title = (unread ? '(' + unread + ') ' : '') + title
  }

  function tellUnread(count) {
    unread = count
    showTitle()
  }

  // Light or dark: as the system says, until the button says otherwise.

  var DARK = '(prefers-color-scheme: dark)'
  var system = window.matchMedia ? matchMedia(DARK) : {matches: false}
  var shade = recall('shade') // 'dark', 'light'; else as the system

  function showShade() {
    var media = {dark: 'all', light: 'not all'}[shade] || DARK
    if (id('night').media !== media) {
      id('night').media = media
    }
    document.querySelector('meta[name=color-scheme]').content = shade || 'light dark'
    if (id('dark')) {
      id('dark').setAttribute('aria-pressed', isDark())
    }
  }

  function isDark() {
    return shade ? shade === 'dark' : system.matches
  }

  function offerShades() {
    id('dark').onclick = function () {
      var other = isDark() ? 'light' : 'dark'
      shade = other === (system.matches ? 'dark' : 'light') ? '' : other
      remember('shade', shade)
      showShade()
    }
    if (system.addListener) {
      system.addListener(showShade)
    }
    showShade()
  }

  // The document.

  function id(name) {
    return document.getElementById(name)
  }

  function empty(element) {
    while (element.firstChild) {
      element.removeChild(element.firstChild)
    }
  }

  // Appends an element. What a server sends is only ever text.
  function add(parent, tag, className, text) {
    var element = document.createElement(tag)
    if (className) {
      element.className = className
    }
    if (text !== undefined) {
      element.appendChild(document.createTextNode(text))
    }
    parent.appendChild(element)
    return element
  }

  // Makes text the text of an element. One that says it already is left alone,
  // or a screen reader would repeat it.
  function show(element, text) {
    if (element.textContent !== String(text)) {
      empty(element)
      element.appendChild(document.createTextNode(text))
    }
  }

  // Makes a text in both languages that of an element.
  function say(element, english, chinese) {
    if (element.textContent !== english + chinese) {
      empty(element)
      add(element, 'span', '', english).lang = 'en'
      add(element, 'span', '', chinese).lang = 'zh'
    }
  }

  // What went wrong with a request, in both languages: the server's words if it has
  // answered.
  function trouble(status, problem) {
    return status ? [problem.trim(), problem.trim()] : ['The server does not answer.', '服务器没有应答。']
  }

  // Shows that in an element, which is hidden if nothing went wrong.
  function complain(element, status, problem) {
    var words = trouble(status, problem)
    element.hidden = status === 200 || status === 204
    if (!element.hidden) {
      say(element, words[0], words[1])
    }
  }

  // The most lines of a list. Those that came first are dropped.
  var LINES = 500

  // Adds a line, which write fills, to the log, and keeps its end in sight if it was.
  function append(className, write) {
    var log = id('log')
    var lines = id('lines')
    var atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 8
    write(add(lines, 'li', className))
    while (lines.childNodes.length > LINES) {
      lines.removeChild(lines.firstChild)
    }
    if (atEnd) {
      log.scrollTop = log.scrollHeight
    }
  }

  // The time of day, as 08:05:11.
  function clock(milliseconds) {
    var now = milliseconds === undefined ? new Date() : new Date(milliseconds)
    return [now.getHours(), now.getMinutes(), now.getSeconds()].join(':').replace(/\b\d\b/g, '0$&')
  }

  // Three digits that count, and no more than are known.
  function digits(value) {
    if (Math.abs(value) >= 1000) {
      return String(Math.round(value / 10) * 10).replace(/(\d)(?=(\d{3})+$)/g, '$1 ')
    }
    return String(+value.toPrecision(Math.abs(value) < 10 ? 2 : 3))
  }

  // The value of the radio button of that name that is on.
  function chosen(name) {
    var radios = document.getElementsByName(name)
    for (var i = 0; i < radios.length; i++) {
      if (radios[i].checked) {
        return radios[i].value
      }
    }
  }

  // Requests. The callback gets the status, 0 if there was no response, and the
  // text of the response.

  function get(url, callback) {
    request('GET', url, callback).send(null)
  }

  // Posts the fields of a form. One that is there more than once is a list.
  function post(url, fields, callback) {
    var body = []
    for (var name in fields) {
      var values = [].concat(fields[name])
      for (var i = 0; i < values.length; i++) {
        body.push(encodeURIComponent(name) + '=' + encodeURIComponent(values[i]))
      }
    }
    var xhr = request('POST', url, callback)
    xhr.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded')
    xhr.send(body.join('&'))
  }

  function request(method, url, callback) {
    var xhr = new XMLHttpRequest()
    xhr.open(method, url)
    xhr.onreadystatechange = function () {
      if (xhr.readyState === 4 && callback) {
        callback(xhr.status, xhr.responseText)
      }
    }
    return xhr
  }

  // Posts what is written in the field text, with other fields, and makes place for
  // more. What is refused comes back, before what was written meanwhile.
  function send(url, fields) {
    var text = id('text')
    if (!text.value.trim()) {
      return
    }
    fields.text = text.value
    text.value = ''
    post(url, fields, function (status, problem) {
      complain(id('problem'), status, problem)
      if (status !== 204) {
        text.value = fields.text + text.value
      }
    })
  }

  // The connection. Streams with ?line= this can be cut by this page alone.

  var line = Math.random().toString(36).slice(2)
  var source = null
  var begin = null

  // Opens a stream with the chosen implementation, and closes the one before.
  function open(url, init) {
    var Class = classes[chosen('implementation')] || classes.native || classes.polyfill
    if (source) {
      source.close()
    }
    source = Class ? new Class(url, init) : null
    if (source) {
      source.addEventListener('open', showState)
      source.addEventListener('error', showState)
    }
    showState()
    return source
  }

  function showState() {
    var state = id('state')
    var value = source ? source.readyState : CLOSED
    if (state) {
      show(state, value + ', ' + STATES[value])
      state.className = STATES[value]
    }
  }

  function close() {
    if (source) {
      source.close()
    }
    showState()
  }

  // Cuts the line; for so many seconds if they are given, answering with a
  // status in that time if that is.
  function cut(seconds, status, callback) {
    post('/demo/line?line=' + line + (seconds === undefined ? '' : '&seconds=' + seconds) + (status ? '&status=' + status : ''),
      {}, callback)
  }

  // Calls start, which opens the page's stream, now and when another
  // implementation is chosen.
  function run(start) {
    offerImplementations()
    begin = start
    start()
  }

  // Offers the implementations that are there, and names one that is not.
  function offerImplementations() {
    var radios = document.getElementsByName('implementation')
    for (var i = 0; i < radios.length; i++) {
      radios[i].checked = radios[i].value === (recall('implementation') || 'native')
    }
    for (i = 0; i < radios.length; i++) {
      radios[i].onclick = function () {
        remember('implementation', this.value)
        begin()
      }
      if (!classes[radios[i].value]) {
        radios[i].disabled = true
        radios[1 - i].checked = true
        id('missing').hidden = false
        if (radios[i].value === 'native') {
          say(id('missing'), 'This browser has no EventSource of its own. The polyfill is used.', '本浏览器没有原生 EventSource，改用 polyfill。')
        } else {
          say(id('missing'), 'The polyfill does not run in this browser.', 'Polyfill 无法在本浏览器中运行。')
        }
      }
    }
    if (id('down')) {
      id('cut').onclick = function () { cut() }
      id('down').onclick = function () { cut(5) }
    }
  }

  // How the page is made.

  function load(details) {
    var file = details.getAttribute('data-file')
    if (details.getAttribute('data-loaded')) {
      return
    }
    details.setAttribute('data-loaded', 'yes')
    get('/source/' + file, function (status, text) {
      complain(details.querySelector('.notice') || add(details, 'p', 'notice'), status, text)
      if (status !== 200) {
        details.removeAttribute('data-loaded')
        return
      }
      var pre = add(details, 'pre', 'file')
      pre.tabIndex = 0
      pre.setAttribute('role', 'region')
      pre.setAttribute('aria-label', file)
      add(pre, 'code', '', text)
      offerCopy(pre)
    })
  }

  // Adds a button that copies what is shown.
  function offerCopy(pre) {
    var code = pre.querySelector('code')
    var button = add(pre, 'button', 'copy')
    pre.insertBefore(button, code)
    button.type = 'button'
    say(button, 'Copy', '复制')
    button.onclick = function () {
      if (copy(code)) {
        say(button, 'Copied', '已复制')
      } else {
        say(button, 'Selected', '已选中')
      }
    }
  }

  // Copies the text of an element and returns whether that was done. It stays
  // selected.
  function copy(element) {
    var range = document.createRange()
    range.selectNodeContents(element)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
    try {
      return document.execCommand('copy')
    } catch (refused) {
      return false
    }
  }

  // Where this site is, in examples of what to send to it.
  function showOrigin() {
    var places = document.querySelectorAll('.origin')
    for (var i = 0; i < places.length; i++) {
      show(places[i], location.protocol + '//' + location.host)
    }
  }

  function offerSources() {
    var shown = document.querySelectorAll('pre')
    for (var j = 0; j < shown.length; j++) {
      offerCopy(shown[j])
    }
    var all = document.querySelectorAll('details.source')
    for (var i = 0; i < all.length; i++) {
      if ('open' in all[i]) {
        all[i].querySelector('summary').onclick = function () { load(this.parentNode) }
      } else {
        load(all[i])
      }
    }
  }

  document.documentElement.lang = recall('language') || (/^zh/.test(navigator.language) ? 'zh' : 'en')
  showShade()
  document.addEventListener('DOMContentLoaded', function () {
    offerLanguages()
    offerShades()
    offerSources()
    showOrigin()
  })

  return {
    STATES: STATES, LINES: LINES, classes: classes, line: line,
    recall: recall, remember: remember,
    id: id, empty: empty, add: add, show: show, say: say, append: append,
    trouble: trouble, complain: complain, clock: clock, digits: digits, chosen: chosen, tellUnread: tellUnread,
    get: get, post: post, send: send,
    run: run, open: open, close: close, cut: cut
  }
}())
