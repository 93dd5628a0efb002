// EventSource or WebSocket: takes one measurement after the other, in several rounds, and
// shows each figure in its place in the table. A report shows the figures that it contains.
(function () {
  'use strict'

  var COLUMNS = ['native', 'polyfill', 'websocket']

  // Time limit of a measurement, in milliseconds.
  var TIME_LIMIT = 15000

  // Messages are counted for this time, or until all have arrived, in milliseconds.
  var COUNTING_TIME = 1000

  // Time after which a cut connection counts as never restored, in milliseconds. A
  // WebSocket without code for it never is, so that takes less time.
  var NEVER = 10000
  var NEVER_WITHOUT_CODE = 5000

  // Streams to open at once, and the time to wait for one more of them to open, in
  // milliseconds.
  var MANY = 10
  var OPEN_LIMIT = 2500

  // The name of the latest figures in localStorage.
  var KEPT = 'comparison'

  var figures = {} // figures[row][column]: a number or one of WORDS for each round
  var measuring = false
  var setup // the server's other origin, its proxies, and the run that waits for the figures
  var closers = [] // functions that close the streams of the current measurement
  var clockOffset // the server's clock minus this page's, in milliseconds; undefined: unknown

  // Figures that are words.
  var WORDS = {
    opened: ['readable', '可读取'],
    refused: ['refused', '被拒绝'],
    never: ['never', '不会恢复'],
    failed: ['failed', '失败']
  }

  function now() {
    return window.performance && performance.now ? performance.now() : Date.now()
  }

  function median(list) {
    list.sort(function (a, b) { return a - b })
    return (list[Math.floor(list.length / 2)] + list[Math.ceil(list.length / 2 - 1)]) / 2
  }

  function isSupported(column) {
    return column === 'websocket' ? !!window.WebSocket : !!site.implementations[column]
  }

  // Opens a stream of the server at base and returns a function that closes it.
  // Calls on.open, on.message with the data, and on.end. A stream that is
  // reconnecting has not ended.
  function connect(column, base, query, on) {
    var stream
    var closed = false
    function call(listener, data) {
      if (!closed && listener) {
        listener(data)
      }
    }
    if (column === 'websocket') {
      stream = new WebSocket(base.replace(/^http/, 'ws') + '/compare/stream?' + query)
      stream.onclose = function () { call(on.end) }
    } else {
      stream = new site.implementations[column](base + '/compare/stream?' + query)
      stream.onerror = function () {
        if (stream.readyState === 2) {
          call(on.end)
        }
      }
    }
    stream.onopen = function () { call(on.open) }
    stream.onmessage = function (ev) { call(on.message, ev.data) }
    function close() {
      closed = true
      stream.close()
    }
    closers.push(close)
    return close
  }

  function addFigure(row, column, value) {
    figures[row] = figures[row] || {}
    figures[row][column] = (figures[row][column] || []).concat(value)
    showFigures()
  }

  // Runs measurements one after the other, then calls done. A measurement gets a
  // function to call when it ends, with true if it failed; one that exceeds the time
  // limit has failed. Its streams are closed, so that they do not disturb the next
  // one. After a failure, calls stop instead if the server does not respond.
  function runInOrder(measurements, done, stop) {
    var next = 0
    function run() {
      if (next === measurements.length) {
        done()
        return
      }
      var ended = false
      var timer = setTimeout(function () { end(true) }, TIME_LIMIT)
      function end(failed) {
        if (!ended) {
          ended = true
          clearTimeout(timer)
          closeStreams()
          setTimeout(failed ? checkServer : run)
        }
      }
      measurements[next++](end)
    }
    function checkServer() {
      site.get('/compare/setup', function (status, text) {
        if (status === 200) {
          run()
        } else {
          stop(status, text)
        }
      })
    }
    run()
  }

  function closeStreams() {
    while (closers.length) {
      closers.pop()()
    }
  }

  // Compares the clocks of page and server over a WebSocket: the fastest of 30
  // answers is taken to be from halfway between question and answer.
  function compareClocks(done) {
    var fastest = Infinity
    var left = 30
    var sent
    if (!window.WebSocket) {
      done()
      return
    }
    var ws = new WebSocket(location.origin.replace(/^http/, 'ws') + '/compare/clock')
    function ask() {
      sent = now()
      ws.send('')
    }
    ws.onopen = ask
    ws.onmessage = function (ev) {
      var received = now()
      if (received - sent < fastest) {
        fastest = received - sent
        clockOffset = +ev.data - (sent + received) / 2
      }
      if (--left) {
        ask()
      } else {
        done()
      }
    }
    ws.onclose = function () { done(true) }
    closers.push(function () { ws.close() })
  }

  // Returns how long ago the server sent a message, in milliseconds.
  function age(message) {
    return now() + clockOffset - parseFloat(message.split(' ')[1])
  }

  function isLast(message) {
    return message.slice(0, 5) === 'bytes'
  }

  function measureFirst(column, done) {
    var times = []
    function once() {
      var start = now()
      var close = connect(column, location.origin, 'count=1', {message: function () {
        times.push(now() - start)
        close()
        if (times.length === 5) {
          addFigure('first', column, median(times))
          done()
        } else {
          setTimeout(once)
        }
      }, end: function () { done(true) }})
    }
    once()
  }

  function measureLatency(column, done) {
    var times = []
    var close = connect(column, location.origin, 'count=50&every=10&size=100', {message: function (message) {
      if (!isLast(message)) {
        times.push(age(message))
        return
      }
      close()
      var bytes = +message.slice(6)
      if (clockOffset !== undefined) {
        addFigure('latency', column, median(times))
      }
      if (bytes > 0) {
        addFigure('bytes', column, bytes / times.length)
      }
      done()
    }, end: function () { done(true) }})
  }

  function measureRate(column, done) {
    var count = 0
    var first
    var close = connect(column, location.origin, 'count=20000&size=100', {message: function (message) {
      first = first || message
      count += isLast(message) ? 0 : 1
      if (!isLast(message) && !(age(first) > COUNTING_TIME)) {
        return
      }
      close()
      if (clockOffset !== undefined) {
        addFigure('rate', column, 1000 * count / age(first))
      }
      done()
    }, end: function () { done(true) }})
  }

  // Reads a stream of 40 messages a second, which the server cuts after the 20th.
  // Calls back with the longest time without a message ('never' if none came again)
  // and the number of messages that never arrived. For a WebSocket, reconnect is the
  // code that a page needs: it gets the number of the last message and returns what
  // to add to the URL.
  function measureCut(column, query, reconnect, callback) {
    var name = Math.random().toString(36).slice(2)
    var received = 0
    var last = 0 // number of the last message
    var lastTime
    var lost = 0
    var longest = 0
    var close
    var finished = false
    var timer = setTimeout(function () { finish('never') }, column === 'websocket' && !reconnect ? NEVER_WITHOUT_CODE : NEVER)

    function finish(result) {
      finished = true
      clearTimeout(timer)
      close()
      callback(result, lost)
    }

    function open(more) {
      close = connect(column, location.origin, 'count=400&every=25&cut=' + name + query + more, {message: function (message) {
        var number = parseInt(message, 10)
        lost += number - last - 1
        longest = Math.max(longest, lastTime ? now() - lastTime : 0)
        received++
        last = number
        lastTime = now()
        if (received === 30) {
          finish(longest)
        }
      }, end: function () {
        if (reconnect && !finished) {
          setTimeout(function () { open(reconnect(last)) }, 100)
        }
      }})
    }
    open('')
  }

  // Measures all cuts at once. An EventSource that never reconnects is a failure; a
  // WebSocket without code for it is not: it is measured in the first round only.
  function measureCuts(round, done) {
    var left = 0
    var failed = false
    function measure(row, column, query, reconnect, lostRows) {
      if (!isSupported(column)) {
        return
      }
      left++
      measureCut(column, query, reconnect, function (time, lost) {
        if (row) {
          addFigure(row, column, time)
        }
        for (var i = 0; i < lostRows.length && time !== 'never'; i++) {
          addFigure(lostRows[i], column, lost)
        }
        failed = failed || time === 'never' && column !== 'websocket'
        if (!--left) {
          done(failed)
        }
      })
    }
    measure('back', 'native', '&ids', null, [])
    measure('back', 'polyfill', '&ids', null, [])
    if (round === 0) {
      measure('back', 'websocket', '', null, [])
    }
    measure('told', 'native', '&ids&retry=100', null, ['lost', 'resumed'])
    measure('told', 'polyfill', '&ids&retry=100', null, ['lost', 'resumed'])
    measure('told', 'websocket', '', function () { return '' }, ['lost'])
    measure('', 'websocket', '', function (last) { return '&after=' + last }, ['resumed'])
  }

  // Returns a measurement of whether a stream can be read.
  function measureAccess(row, base, query) {
    return function (column, done) {
      var close
      function end(word) {
        close()
        addFigure(row, column, word)
        done()
      }
      close = connect(column, base, query, {
        message: function () { end('opened') },
        end: function () { end('refused') }
      })
    }
  }

  // Returns a measurement of how many streams can be open at once.
  function measureMany(row, base) {
    return function (column, done) {
      var opened = 0
      var timer = setTimeout(end, OPEN_LIMIT)
      function end() {
        addFigure(row, column, opened)
        done(!opened)
      }
      function open() {
        opened++
        clearTimeout(timer)
        timer = setTimeout(end, opened < MANY ? OPEN_LIMIT : 0)
      }
      for (var i = 0; i < MANY; i++) {
        connect(column, base, 'count=2&every=10000&cors&unique=' + i, {open: open})
      }
    }
  }

  // Returns a measurement of the greatest delay of five messages in 0.8 s.
  function measureDelay(row, base, query) {
    return function (column, done) {
      var greatest = 0
      var close
      function end(figure) {
        close()
        addFigure(row, column, figure)
        done()
      }
      close = connect(column, base, 'count=5&every=200&size=100&cors' + query, {
        message: function (message) {
          if (isLast(message)) {
            end(greatest)
          } else {
            greatest = Math.max(greatest, age(message))
          }
        },
        end: function () { end('failed') }
      })
    }
  }

  function showFigures() {
    var rows = document.querySelectorAll('[data-row]')
    for (var i = 0; i < rows.length; i++) {
      var row = figures[rows[i].getAttribute('data-row')] || {}
      for (var j = 0; j < COLUMNS.length; j++) {
        var cell = rows[i].querySelector('[data-column=' + COLUMNS[j] + ']')
        showFigure(cell, row[COLUMNS[j]], rows[i].getAttribute('data-unit'))
        if (!row[COLUMNS[j]]) {
          showWhyNone(cell.querySelector('.figure'), COLUMNS[j], rows[i].hasAttribute('data-proxy'))
        }
      }
    }
  }

  // Shows a figure: the median of its rounds and their range, or a word.
  function showFigure(cell, rounds, unit) {
    var element = cell.querySelector('.figure')
    var spread = cell.querySelector('.spread')
    element.className = rounds ? 'figure' : 'figure none'
    site.empty(spread)
    if (!rounds) {
      return
    }
    var word = mostFrequentWord(rounds)
    if (word) {
      site.setText(element, WORDS[word][0], WORDS[word][1])
      var times = rounds.filter(function (round) { return round === word }).length
      if (times < rounds.length) {
        site.setText(spread, 'in ' + times + ' of ' + rounds.length + ' rounds', rounds.length + ' 轮中有 ' + times + ' 轮')
      }
      return
    }
    var sorted = rounds.slice().sort(function (a, b) { return a - b })
    var low = site.digits(sorted[0])
    var high = site.digits(sorted[sorted.length - 1])
    site.setText(element, site.digits(median(sorted)) + (unit ? ' ' + unit : ''))
    if (low !== high) {
      site.setText(spread, low + ' – ' + high)
    }
  }

  // Returns the word that the most rounds have; '': all have numbers.
  function mostFrequentWord(rounds) {
    var counts = {}
    var most = ''
    for (var i = 0; i < rounds.length; i++) {
      if (WORDS[rounds[i]]) {
        counts[rounds[i]] = (counts[rounds[i]] || 0) + 1
        most = !most || counts[rounds[i]] > counts[most] ? rounds[i] : most
      }
    }
    return most
  }

  // Shows why there is no figure.
  function showWhyNone(element, column, proxy) {
    if (setup && !isSupported(column)) {
      site.setText(element, 'not in this browser', '当前浏览器不支持')
    } else if (setup && proxy && !setup.proxies) {
      site.setText(element, 'needs nginx', '需要 nginx')
    } else if (measuring) {
      site.setText(element, '…')
    } else {
      site.setText(element, 'not measured', '未测量')
    }
  }

  // Takes all measurements in all rounds, then calls done; calls stop if the server does
  // not respond. What is the same in every round is measured in the first one only.
  function measureAll(done, stop) {
    var other = location.protocol + '//' + location.hostname + ':' + setup.other
    var otherResponds = false
    var proxies = setup.proxies || {}
    var steps = []
    var round
    function add(english, chinese, measurement) {
      var place = [round + 1, setup.rounds]
      steps.push(function (end) {
        site.setText(site.id('progress'), 'Round ' + place.join(' of ') + ': ' + english + '…', '第 ' + place.join(' / ') + ' 轮：' + chinese + '…')
        measurement(end)
      })
    }
    // Each round begins with another column, so that none is always the first.
    function addEach(english, chinese, measurement) {
      var begin = round % COLUMNS.length
      COLUMNS.slice(begin).concat(COLUMNS.slice(0, begin)).filter(isSupported).forEach(function (column) {
        add(english, chinese, function (end) { measurement(column, end) })
      })
    }
    function addOther(english, chinese, measurement) {
      addEach(english, chinese, function (column, end) {
        if (otherResponds) {
          measurement(column, end)
        } else {
          end()
        }
      })
    }
    function addRound() {
      var cuts = measureCuts.bind(null, round)
      add('clock difference', '时钟差', compareClocks)
      addEach('time to the first message', '首条消息耗时', measureFirst)
      addEach('latency', '延迟', measureLatency)
      addEach('messages per second', '每秒消息数', measureRate)
      add('reconnection', '断线重连', cuts)
      if (proxies.asis) {
        addEach('delay through nginx', '经 nginx 的延迟', measureDelay('proxy-default', proxies.asis, '&plain'))
        addEach('delay through nginx', '经 nginx 的延迟', measureDelay('proxy-hint', proxies.asis, ''))
        addEach('delay through nginx', '经 nginx 的延迟', measureDelay('proxy-off', proxies.tuned, '&plain'))
      }
    }
    function addOnce() {
      add('cross-origin access', '跨域访问', function (end) {
        site.get(other + '/compare/stream?count=0&cors', function (status) {
          otherResponds = status === 200
          end(!otherResponds)
        })
      })
      addOther('cross-origin access', '跨域访问', measureAccess('plain', other, 'count=1'))
      addOther('cross-origin access', '跨域访问', measureAccess('rule', other, 'count=1&cors&check'))
      addOther('simultaneous streams', '并发连接数', measureMany('many', other))
      if (proxies.http2) {
        addEach('simultaneous streams over HTTP/2', 'HTTP/2 并发连接数', measureMany('http2', proxies.http2))
      }
    }
    for (round = 0; round < setup.rounds; round++) {
      addRound()
      if (round === 0) {
        addOnce()
      }
    }
    figures = {}
    showFigures()
    runInOrder(steps, done, stop)
  }

  // Shows figures, and when and where they were measured.
  function show(measured) {
    var date = new Date(measured.date)
    figures = measured.figures
    showFigures()
    site.id('when').hidden = false
    site.setText(site.id('when'), 'Measured ' + site.day(date) + ', ' + site.clock(date) + ' · ' + measured.browser,
      '测量于 ' + site.day(date) + ' ' + site.clock(date) + ' · ' + measured.browser)
  }

  function start() {
    measuring = true
    site.id('measure').disabled = site.id('when').hidden = true
    measureAll(function () {
      var measured = {date: +new Date(), browser: navigator.userAgent, figures: figures}
      end()
      site.setText(site.id('progress'), 'Done.', '测量完成。')
      show(measured)
      site.remember(KEPT, JSON.stringify(measured))
      if (setup.run) {
        site.post('/compare/result', {run: setup.run, browser: navigator.userAgent, figures: JSON.stringify(figures)})
      }
    }, function (status, text) {
      end()
      showKept() // a server that is gone looks like one that never restores a connection
      site.showFailure(site.id('progress'), status, text)
    })
  }

  // Shows the figures of an earlier visit. Those of another version of this page are dropped.
  function showKept() {
    try {
      show(JSON.parse(site.recall(KEPT)))
    } catch (none) {
      figures = {}
      showFigures()
    }
  }

  function end() {
    measuring = false
    site.id('measure').disabled = false
    showFigures()
  }

  var report = site.id('report')
  if (report) {
    show(JSON.parse(report.textContent))
    return
  }

  showKept()
  window.addEventListener('pagehide', closeStreams) // the browser may keep the page, with its connections
  site.id('measure').onclick = start
  site.get('/compare/setup' + location.search, function (status, text) {
    if (status !== 200) {
      site.showFailure(site.id('progress'), status, text)
      return
    }
    setup = JSON.parse(text)
    site.id('measure').disabled = false
    showFigures()
    if (setup.run) {
      start()
    }
  })
}())
