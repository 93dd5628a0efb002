// The page /play: a text field, the bytes as boxes, and the events that fall out.
(function () {
  'use strict'

  var playground = site.playground
  var SHOWN = 2000 // boxes on the page at most
  var PAUSE = 600 // between two chunks, in milliseconds

  // An example has a name in English and Chinese, a text and cuts.
  var EXAMPLES = [
    ['A bit of everything', '各种字段', ': a comment\nretry: 3000\nid: 41\nevent: greeting\ndata: hello, world\n\ndata: first line\ndata: second line\nid: 42\n\n', '30,64,75'],
    ['A comment', '注释', ': still here\n\ndata: a comment is no event\n\n', ''],
    ['Two data lines', '两行 data', 'data: one\ndata: two\n\n', ''],
    ['An id with NUL', '含 NUL 的 id', 'id: 1\ndata: a\n\nid: 2\\0\ndata: this id is ignored\n\n', ''],
    ['retry: +5', 'retry: +5', 'retry: +5\ndata: only digits count\n\n', ''],
    ['CRLF, cut in two', '被切断的 CRLF', 'data: a\\r\ndata: b\\r\n\\r\n', '8,17,19'],
    ['A byte order mark', '字节序标记（BOM）', '\\xEF\\xBB\\xBFdata: the mark is removed\n\n\\xEF\\xBB\\xBFdata: this one is part of the name\n\n', '1,2'],
    ['Half a character', '被切断的字符', 'data: 你好 😀\n\n', '7,14'],
    ['A lost connection', '连接中断', 'id: 7\ndata: complete\n\nid: 8\ndata: lost with the connectiondata: the next stream\n\n', '58!'],
    ['The stream of the article', '文章中的事件流', 'data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: 5\n\ndata: 6\n\ndata: 7\n\ndata: 8\n\ndata: 9\n\n', '9,18,27,36,45,54,63,72,81']
  ]

  var PARTS = {
    mark: ['byte order mark', '字节序标记'], name: ['field name', '字段名'], colon: ['colon', '冒号'], space: ['removed space', '被去掉的空格'],
    value: ['value', '值'], end: ['end of line', '行尾'], blank: ['blank line', '空行'], comment: ['comment', '注释'], ignored: ['ignored', '被忽略']
  }

  var bytes = []
  var cuts = []
  var all = null // a Reader that has read everything
  var reader = null // the Reader on the page
  var timer = 0
  var caseID = '' // of the case that is shown unchanged
  var boxes = [] // the elements of the bytes
  var drawn = [] // the events on the page, as JSON

  function chinese() {
    return document.documentElement.lang === 'zh'
  }

  function setMessage(name, text, chineseText) {
    site.id(name).hidden = !text
    if (text) {
      site.setText(site.id(name), text, chineseText)
    }
  }

  // The stream.

  // Reads the text field and the cuts, and shows everything again.
  function update() {
    stop()
    var parsed
    try {
      parsed = playground.parseNotation(site.id('text').value)
    } catch (wrong) {
      setMessage('wrong', wrong + ' is not a valid escape. Write \\\\ for a backslash.', '无效的转义：' + wrong + '。反斜杠请写作 \\\\。')
      return
    }
    if (parsed.length > playground.LIMIT) {
      setMessage('wrong', 'The text has ' + parsed.length + ' bytes, more than the limit of ' + playground.LIMIT + '.', '共 ' + parsed.length + ' 字节，上限为 ' + playground.LIMIT + ' 字节。')
      return
    }
    setMessage('wrong', '')
    bytes = parsed
    cuts = playground.parseCuts(site.id('cuts').value, bytes.length)
    all = reader = playground.readAll(bytes, cuts)
    drawBytes()
    draw()
    site.id('comparison').hidden = true
    site.setText(site.id('verdict'), '')
    keepInURL()
  }

  function setCuts(list) {
    site.id('cuts').value = playground.formatCuts(list)
    update()
  }

  // Puts text and cuts into the page's URL.
  function keepInURL() {
    var hash = caseID ? '#case=' + caseID : '#text=' + site.encode(site.id('text').value)
    if (!caseID && cuts.length) {
      hash += '&cuts=' + playground.formatCuts(cuts)
    }
    try {
      history.replaceState(null, '', hash)
    } catch (old) {} // no such method, or too many calls: the URL stays as it is
  }

  function show(text, cutsText, id) {
    caseID = id || ''
    site.id('text').value = text
    site.id('cuts').value = cutsText
    site.id('case').value = caseID
    update()
  }

  // The bytes.

  function drawBytes() {
    var container = site.id('bytes')
    site.empty(container)
    boxes = []
    var parts = playground.annotate(bytes, cuts)
    var cutAt = {}
    cuts.forEach(function (cut) { cutAt[cut.at] = cut.ends ? 'lost' : 'cut' })
    var line = site.add(container, 'div', 'line')
    var group = line
    var groupEnd = 0
    for (var i = 0; i < Math.min(bytes.length, SHOWN); i++) {
      if (i >= groupEnd) {
        var size = playground.characterSize(bytes, i)
        group = line
        if (size > 1) {
          group = site.add(line, 'span', 'character')
          site.add(group, 'b', '', playground.decode(bytes.slice(i, i + size)))
          groupEnd = i + size
        }
      }
      var box = site.add(group, 'span', 'byte ' + parts[i], byteLabel(bytes[i]))
      box.title = i + ': 0x' + playground.hex(bytes[i]) + ', ' + PARTS[parts[i]][chinese() ? 1 : 0]
      boxes.push(box)
      var next = i + 1
      if (next < bytes.length) {
        var gap = site.add(next < groupEnd ? group : line, 'span', 'gap ' + (cutAt[next] || ''))
        gap.setAttribute('data-at', next)
        site.add(gap, 'i', '')
      }
      var ended = /end|blank/.test(parts[i]) && !(bytes[i] === 13 && bytes[next] === 10 && parts[next] === parts[i])
      if (ended || cutAt[next] === 'lost') {
        line = site.add(container, 'div', 'line')
      }
    }
    if (bytes.length > SHOWN) {
      site.setText(site.add(container, 'p', 'small'), 'and ' + (bytes.length - SHOWN) + ' more bytes', '还有 ' + (bytes.length - SHOWN) + ' 字节未显示')
    }
  }

  function byteLabel(b) {
    var names = {0: 'NUL', 9: 'TAB', 10: 'LF', 13: 'CR', 32: '·'}
    return names[b] || (b > 32 && b < 127 ? String.fromCharCode(b) : playground.hex(b))
  }

  // A click on a gap makes a cut, then a lost connection, then nothing.
  function cycle(at) {
    var kept = cuts.filter(function (cut) { return cut.at !== at })
    var old = cuts.filter(function (cut) { return cut.at === at })[0]
    if (!old || !old.ends) {
      kept.push({at: at, ends: !!old})
    }
    kept.sort(function (a, b) { return a.at - b.at })
    caseID = ''
    setCuts(kept)
  }

  // Cuts are dragged with a mouse or a finger.

  var dragged = null // the cut
  var moved = false

  function gapOf(element) {
    while (element && element !== document) {
      if (element.getAttribute && element.getAttribute('data-at')) {
        return element
      }
      element = element.parentNode
    }
    return null
  }

  function placeAt(element) {
    var gap = gapOf(element)
    return gap ? +gap.getAttribute('data-at') : boxes.indexOf(element)
  }

  function grab(element) {
    var gap = gapOf(element)
    moved = false
    dragged = null
    if (gap) {
      dragged = cuts.filter(function (cut) { return cut.at === placeAt(gap) })[0]
    }
    return dragged
  }

  function drag(element) {
    var at = element ? placeAt(element) : -1
    if (!dragged || at <= 0 || at === dragged.at) {
      return
    }
    var others = cuts.filter(function (cut) { return cut !== dragged && cut.at !== at })
    dragged = {at: at, ends: dragged.ends}
    moved = true
    caseID = ''
    others.push(dragged)
    setCuts(others.sort(function (a, b) { return a.at - b.at }))
    dragged = cuts.filter(function (cut) { return cut.at === at })[0]
  }

  function addDragging(container) {
    container.onmousedown = function (event) {
      if (grab(event.target)) {
        event.preventDefault()
      }
    }
    container.onmousemove = function (event) {
      drag(event.target)
    }
    document.addEventListener('mouseup', function () { dragged = null })
    container.ontouchstart = function (event) {
      grab(event.target)
    }
    container.ontouchmove = function (event) {
      if (dragged) {
        event.preventDefault()
        drag(document.elementFromPoint(event.touches[0].clientX, event.touches[0].clientY))
      }
    }
    container.onclick = function (event) {
      var gap = gapOf(event.target)
      if (gap && !moved) {
        cycle(+gap.getAttribute('data-at'))
      }
      moved = false
    }
  }

  // The events and buffers.

  function draw() {
    boxes.forEach(function (box, i) {
      box.className = box.className.replace(/ unread/, '') + (i < reader.at ? '' : ' unread')
    })
    var total = reader.cuts.length
    site.setText(site.id('position'), 'chunk ' + reader.next + ' of ' + total + ', ' + reader.at + ' of ' + bytes.length + ' bytes',
      '第 ' + reader.next + ' / ' + total + ' 个分块，' + reader.at + ' / ' + bytes.length + ' 字节')
    site.id('step').disabled = site.id('finish').disabled = reader.done()
    site.setText(site.id('count'), '(' + reader.events.length + ')')
    drawEvents()
    setBuffer('value', playground.decode(reader.value))
    setBuffer('data', reader.data)
    setBuffer('type', reader.type)
    setBuffer('id', reader.id)
    setBuffer('last', reader.lastEventId)
    site.setText(site.id('retry'), reader.retry < 0 ? 'the browser’s' : reader.retry + ' ms', reader.retry < 0 ? '浏览器默认' : reader.retry + ' 毫秒')
    var unfinished = reader.done() && reader.unfinished()
    setMessage('unfinished', unfinished ? 'No blank line ends the last block, so it is discarded when the stream ends.' : '', '最后一个事件块没有以空行结束，因此会在事件流结束时被丢弃。')
  }

  // Events that are on the page already stay as they are.
  function drawEvents() {
    var list = site.id('events')
    var events = reader.events.map(function (event) { return JSON.stringify(event) })
    var kept = 0
    while (kept < events.length && events[kept] === drawn[kept]) {
      kept++
    }
    while (list.childNodes.length > kept) {
      list.removeChild(list.lastChild)
    }
    for (var i = kept; i < events.length; i++) {
      addEvent(list, reader.events[i])
    }
    drawn = events
    list.parentNode.scrollTop = list.parentNode.scrollHeight
  }

  function setBuffer(name, text) {
    site.setText(site.id(name), quote(text))
  }

  // Returns a text in quotes, as JavaScript writes it, at most 80 characters of it.
  function quote(text) {
    return JSON.stringify(text.length > 80 ? text.slice(0, 79) + '…' : text)
  }

  function addEvent(list, event) {
    var item = site.add(list, 'li')
    site.add(item, 'b', '', event.type.slice(0, 80))
    site.add(item, 'div', 'data', event.data.length > 500 ? event.data.slice(0, 499) + '…' : event.data)
    if (event.lastEventId) {
      site.add(item, 'span', 'small', 'lastEventId ' + quote(event.lastEventId))
    }
  }

  function restart() {
    reader = new playground.Reader(bytes, cuts)
    draw()
  }

  function step() {
    if (!reader.done()) {
      reader.read()
    }
    draw()
    if (reader.done()) {
      stop()
    }
  }

  function stop() {
    clearInterval(timer)
    timer = 0
    site.setText(site.id('run'), 'Play', '自动读取')
  }

  function run() {
    if (timer) {
      return stop()
    }
    if (reader.done()) {
      restart()
    }
    site.setText(site.id('run'), 'Pause', '暂停')
    timer = setInterval(step, PAUSE)
  }

  // This browser.

  // Passes what the browser's own EventSource makes of the stream to call, or null
  // and what went wrong.
  function playNative(call) {
    var Native = self.NativeEventSource || self.EventSource
    if (self.EventSource === self.EventSourcePolyfill && !self.NativeEventSource) {
      return call(null, 'This browser has no EventSource of its own.', '当前浏览器没有原生 EventSource。')
    }
    var stream = {bytes: bytes.map(playground.hex).join(''), cuts: playground.formatCuts(cuts)}
    site.post('/play/streams', stream, function (status, id) {
      if (status !== 200) {
        var words = site.failure(status, id)
        return call(null, words[0], words[1])
      }
      var source = new Native('/play/streams/' + id)
      var events = []
      var finished = false
      function finish(wrong, chineseText) {
        if (!finished) {
          finished = true
          source.close()
          call(wrong ? null : events, wrong, chineseText)
        }
      }
      function record(event) {
        if (event.data !== undefined) {
          events.push({type: event.type, data: event.data, lastEventId: event.lastEventId})
        }
      }
      var types = {message: true}
      all.events.forEach(function (event) { types[event.type] = true })
      Object.keys(types).forEach(function (type) { source.addEventListener(type, record) })
      source.addEventListener('error', function () {
        if (source.readyState === 2) {
          finish()
        }
      })
      setTimeout(function () { finish('The browser did not finish in time.', '浏览器未在限定时间内完成。') }, 20000)
    })
  }

  function compare() {
    site.id('compare').disabled = true
    site.setText(site.id('verdict'), 'Waiting for the browser …', '正在等待浏览器……')
    var ours = all.events
    playNative(function (theirs, wrong, chineseText) {
      site.id('compare').disabled = false
      if (!theirs) {
        return site.setText(site.id('verdict'), wrong, chineseText)
      }
      var different = 0
      var rows = site.id('compared')
      site.empty(rows)
      for (var i = 0; i < Math.max(ours.length, theirs.length); i++) {
        var same = JSON.stringify(ours[i]) === JSON.stringify(theirs[i])
        different += same ? 0 : 1
        var row = site.add(rows, 'tr', same ? '' : 'differs')
        site.add(row, 'th', '', i + 1).scope = 'row'
        addCell(row, ours[i], 'the parser', '解析器')
        addCell(row, theirs[i], 'this browser', '当前浏览器')
      }
      site.id('comparison').hidden = false
      if (different) {
        site.setText(site.id('verdict'), different + ' different', different + ' 处不同')
      } else {
        site.setText(site.id('verdict'), 'Identical: ' + ours.length + (ours.length === 1 ? ' event.' : ' events.'), '完全一致，共 ' + ours.length + ' 个事件。')
      }
    })
  }

  // Adds a cell with the name of its column, which phones show.
  function addCell(row, event, name, chineseName) {
    var cell = site.add(row, 'td')
    site.setText(site.add(cell, 'span', 'column'), name, chineseName)
    cell = site.add(cell, 'span')
    if (event) {
      site.add(cell, 'code', '', event.type.slice(0, 80) + ' ' + quote(event.data) + (event.lastEventId ? ' id ' + quote(event.lastEventId) : ''))
    } else {
      site.setText(cell, 'none', '无')
    }
  }

  // The cases of the suite, in a script that the server makes.

  function addCases(done) {
    var script = document.createElement('script')
    script.src = site.link('/play-cases.js')
    script.onload = function () {
      var list = site.id('case')
      var group
      var name = ''
      site.playCases.forEach(function (item) {
        if (item.id.split('/')[0] !== name) {
          name = item.id.split('/')[0]
          group = site.add(list, 'optgroup')
          group.label = name
        }
        site.add(group, 'option', '', item.id).value = item.id
      })
      done()
    }
    script.onerror = done
    document.body.appendChild(script)
  }

  // Shows a case, and reports whether there is one with this id.
  function showCase(id) {
    var found = (site.playCases || []).filter(function (item) { return item.id === id })[0]
    if (!found) {
      return false
    }
    show(found.text, found.cuts, id)
    site.id('about').hidden = false
    site.empty(site.id('about'))
    site.addClaim(site.id('about'), 'span', found)
    return true
  }

  function showURL() {
    var parameters = {}
    location.hash.slice(1).split('&').forEach(function (pair) {
      var at = pair.indexOf('=')
      try {
        parameters[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1))
      } catch (malformed) {}
    })
    setMessage('about', '')
    if (parameters['case'] && showCase(parameters['case'])) {
      return
    }
    if (parameters['case']) {
      setMessage('about', 'This page cannot show the case ' + parameters['case'] + '.', '用例 ' + parameters['case'] + ' 不存在，或无法在这里显示。')
    }
    if (parameters.text !== undefined) {
      show(parameters.text, parameters.cuts || '')
    } else {
      show(EXAMPLES[0][2], EXAMPLES[0][3])
    }
  }

  EXAMPLES.forEach(function (example, i) {
    site.addOption(site.id('preset'), i, example[0], example[1])
  })
  site.add(site.id('case'), 'option', '', '–').value = ''

  site.id('preset').onchange = function () {
    var example = EXAMPLES[site.id('preset').value]
    setMessage('about', '')
    show(example[2], example[3])
  }
  site.id('case').onchange = function () {
    showCase(site.id('case').value)
  }
  site.id('text').oninput = site.id('cuts').onchange = function () {
    caseID = site.id('case').value = ''
    setMessage('about', '')
    update()
  }
  site.id('restart').onclick = function () {
    stop()
    restart()
  }
  site.id('step').onclick = step
  site.id('run').onclick = run
  site.id('finish').onclick = function () {
    stop()
    while (!reader.done()) {
      reader.read()
    }
    draw()
  }
  site.id('cut-all').onclick = function () {
    caseID = ''
    setCuts(bytes.slice(1).map(function (b, i) { return {at: i + 1} }))
  }
  site.id('cut-random').onclick = function () {
    caseID = ''
    setCuts(bytes.slice(1).map(function (b, i) { return {at: i + 1} }).filter(function () { return Math.random() < 0.1 }))
  }
  site.id('cut-none').onclick = function () {
    caseID = ''
    setCuts([])
  }
  site.id('compare').onclick = compare
  addDragging(site.id('bytes'))
  window.onhashchange = showURL
  if (/^#case=/.test(location.hash)) {
    addCases(showURL)
  } else {
    showURL()
    addCases(function () {})
  }
}())
