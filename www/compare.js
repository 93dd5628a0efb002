// EventSource or WebSocket: measures one thing after the other, and shows each
// figure in its place of the table. A report has its figures in it instead.
(function () {
  'use strict'

  var COLUMNS = ['native', 'polyfill', 'websocket']

  // The longest that a measurement may take, in milliseconds.
  var LIMIT = 15000

  // Messages are counted for so long, unless all have come before.
  var COUNTING = 2000

  // What has not come back until then never will; a WebSocket that nobody brings
  // back is waited for a little less.
  var NEVER = 10000
  var NEVER_ALONE = 5000

  // Streams that are opened at once, and how long to wait for one more to open.
  var MANY = 10
  var OPENING = 2500

  var figures // figures[row][column]: a number, or a word; none: not measured
  var setup // where the server is to be found, and by which proxies
  var closes = [] // close the streams of the measurement
  var offset // what the server's clock is ahead of ours, in milliseconds

  // Words that stand for a figure, in both languages.
  var WORDS = {
    opened: ['read', '可读'],
    refused: ['refused', '被拒绝'],
    never: ['not back', '不会恢复'],
    failed: ['fails', '失败']
  }

  function now() {
    return window.performance && performance.now ? performance.now() : Date.now()
  }

  function median(list) {
    list.sort(function (a, b) { return a - b })
    return list[Math.floor(list.length / 2)]
  }

  // Opens a stream of the server at base. on.open, on.message and on.end are
  // called as it does; an EventSource that will come back has not ended. Returns
  // what closes it.
  function connect(column, base, query, on) {
    var stream
    var over = false
    function end() {
      if (!over && on.end) {
        on.end()
      }
    }
    function message(ev) {
      if (!over && on.message) {
        on.message(ev.data)
      }
    }
    if (column === 'websocket') {
      stream = new WebSocket(base.replace(/^http/, 'ws') + '/compare/stream?' + query)
      stream.onclose = end
    } else {
      stream = new site.classes[column](base + '/compare/stream?' + query)
      stream.onerror = function () {
        if (stream.readyState === 2) {
          end()
        }
      }
    }
    stream.onopen = function () {
      if (!over && on.open) {
        on.open()
      }
    }
    stream.onmessage = message
    function close() {
      over = true
      stream.close()
    }
    closes.push(close)
    return close
  }

  function has(column) {
    return column === 'websocket' ? !!window.WebSocket : !!site.classes[column]
  }

  function keep(row, column, value) {
    figures[row] = figures[row] || {}
    figures[row][column] = value
    show()
  }

  // Runs measurements one after the other, then done. Each is a function that is
  // handed what to call at its end, with true if it has failed; one that does not
  // end has, and is left. Its streams are closed, so that they do not disturb the
  // next. After one that has failed the server is asked whether it is there; stop is
  // called if not.
  function inTurn(measurements, done, stop) {
    var next = 0
    function go() {
      if (next === measurements.length) {
        done()
        return
      }
      var ended = false
      var timer = setTimeout(function () { end(true) }, LIMIT)
      function end(failed) {
        if (!ended) {
          ended = true
          clearTimeout(timer)
          while (closes.length) {
            closes.pop()()
          }
          setTimeout(failed ? check : go)
        }
      }
      measurements[next++](end)
    }
    function check() {
      site.get('/compare/setup', function (status, text) {
        if (status === 200) {
          go()
        } else {
          stop(status, text)
        }
      })
    }
    go()
  }

  // The clocks of page and server are compared over a WebSocket: the quickest of
  // 30 answers was made in the middle of its way.
  function clocks(done) {
    var best = Infinity
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
      var back = now()
      if (back - sent < best) {
        best = back - sent
        offset = +ev.data - (sent + back) / 2
      }
      if (--left) {
        ask()
      } else {
        done()
      }
    }
    ws.onclose = function () { done(true) }
    closes.push(function () { ws.close() })
  }

  // How late a message comes, in milliseconds.
  function lateness(message) {
    return now() + offset - parseFloat(message.split(' ')[1])
  }

  function first(column, done) {
    var times = []
    function once() {
      var start = now()
      var close = connect(column, location.origin, 'count=1', {message: function () {
        times.push(now() - start)
        close()
        if (times.length === 9) {
          keep('first', column, median(times))
          done()
        } else {
          setTimeout(once)
        }
      }, end: function () { done(true) }})
    }
    once()
  }

  function latency(column, done) {
    var times = []
    var close = connect(column, location.origin, 'count=100&every=10&size=100', {message: function (message) {
      if (message.slice(0, 5) !== 'bytes') {
        times.push(lateness(message))
        return
      }
      close()
      if (offset !== undefined) {
        keep('latency', column, median(times))
      }
      if (+message.slice(6) > 0) {
        keep('bytes', column, message.slice(6) / times.length)
      }
      done()
    }, end: function () { done(true) }})
  }

  function rate(column, done) {
    var count = 0
    var first
    var close = connect(column, location.origin, 'count=20000&size=100', {message: function (message) {
      var last = message.slice(0, 5) === 'bytes'
      first = first || message
      count += last ? 0 : 1
      if (!last && !(lateness(first) > COUNTING)) {
        return
      }
      close()
      if (offset !== undefined) {
        keep('rate', column, 1000 * count / lateness(first))
      }
      done()
    }, end: function () { done(true) }})
  }

  // A stream of 40 messages a second is cut after the 20th, which fetch may drop.
  // Calls back with the longest time that no message came, and how many never did.
  // again: for WebSocket, the code that a page has to have: given the number that was
  // seen last, it returns what to add to the URL.
  function cut(column, query, again, callback) {
    var name = Math.random().toString(36).slice(2)
    var seen = 0
    var last = 0
    var lost = 0
    var back = 0
    var when
    var close
    var over = false
    var limit = setTimeout(function () { finish('never') }, column === 'websocket' && !again ? NEVER_ALONE : NEVER)

    function finish(result) {
      over = true
      clearTimeout(limit)
      close()
      callback(result, lost)
    }

    function open(more) {
      close = connect(column, location.origin, 'count=400&every=25&cut=' + name + query + more, {message: function (message) {
        var number = parseInt(message, 10)
        lost += number - last - 1
        back = Math.max(back, when ? now() - when : 0)
        seen++
        last = number
        when = now()
        if (seen === 30) {
          finish(back)
        }
      }, end: function () {
        if (again && !over) {
          setTimeout(function () { open(again(last)) }, 100)
        }
      }})
    }
    open('')
  }

  // An EventSource that does not come back has failed; a WebSocket that nobody
  // brings back has not.
  function cuts(done) {
    var left = 0
    var failed = false
    function play(row, column, query, again, lostRows) {
      if (!has(column)) {
        return
      }
      left++
      cut(column, query, again, function (back, lost) {
        if (row) {
          keep(row, column, back)
        }
        for (var i = 0; i < lostRows.length && back !== 'never'; i++) {
          keep(lostRows[i], column, lost)
        }
        failed = failed || back === 'never' && column !== 'websocket'
        if (!--left) {
          done(failed)
        }
      })
    }
    play('back', 'native', '&ids', null, [])
    play('back', 'polyfill', '&ids', null, [])
    play('back', 'websocket', '', null, [])
    play('told', 'native', '&ids&retry=100', null, ['lost', 'resumed'])
    play('told', 'polyfill', '&ids&retry=100', null, ['lost', 'resumed'])
    play('told', 'websocket', '', function () { return '' }, ['lost'])
    play('', 'websocket', '', function (last) { return '&after=' + last }, ['resumed'])
  }

  // Whether a message of another origin can be read.
  function read(row, base, query) {
    return function (column, done) {
      var close
      function end(word) {
        close()
        keep(row, column, word)
        done()
      }
      close = connect(column, base, query, {
        message: function () { end('opened') },
        end: function () { end('refused') }
      })
    }
  }

  // How many streams can be open at once.
  function many(row, base) {
    return function (column, done) {
      var opened = 0
      var timer = setTimeout(end, OPENING)
      function end() {
        keep(row, column, opened)
        done(!opened)
      }
      function open() {
        opened++
        clearTimeout(timer)
        timer = setTimeout(end, opened < MANY ? OPENING : 0)
      }
      for (var i = 0; i < MANY; i++) {
        connect(column, base, 'count=2&every=10000&cors&unique=' + i, {open: open})
      }
    }
  }

  // How late a message comes at most, of five in 0.8 s.
  function through(row, base, query) {
    return function (column, done) {
      var worst = 0
      var close
      function end(figure) {
        close()
        keep(row, column, figure)
        done()
      }
      close = connect(column, base, 'count=5&every=200&size=100&cors' + query, {
        message: function (message) {
          if (message.slice(0, 5) === 'bytes') {
            end(worst)
          } else {
            worst = Math.max(worst, lateness(message))
          }
        },
        end: function () { end('failed') }
      })
    }
  }

  // The table.

  function show() {
    var rows = document.querySelectorAll('[data-row]')
    for (var i = 0; i < rows.length; i++) {
      var row = figures[rows[i].getAttribute('data-row')] || {}
      for (var j = 0; j < COLUMNS.length; j++) {
        showFigure(rows[i].querySelector('[data-column=' + COLUMNS[j] + '] .figure'), row[COLUMNS[j]], rows[i].getAttribute('data-unit'))
      }
    }
  }

  function showFigure(cell, value, unit) {
    cell.className = value === undefined || value === null ? 'figure none' : 'figure'
    if (value === undefined || value === null) {
      site.say(cell, 'not measured', '未测量')
    } else if (WORDS[value]) {
      site.say(cell, WORDS[value][0], WORDS[value][1])
    } else {
      site.show(cell, site.digits(value) + (unit ? ' ' + unit : ''))
    }
  }

  function measure(done, stop) {
    var other = location.protocol + '//' + location.hostname + ':' + setup.other
    var answers = false // whether that origin does
    var proxies = setup.proxies || {}
    var steps = []
    function step(english, chinese, measurement) {
      steps.push(function (end) {
        site.say(site.id('progress'), english, chinese)
        measurement(end)
      })
    }
    function each(english, chinese, measurement) {
      COLUMNS.filter(has).forEach(function (column) {
        step(english, chinese, function (end) { measurement(column, end) })
      })
    }
    function elsewhere(english, chinese, measurement) {
      each(english, chinese, function (column, end) {
        if (answers) {
          measurement(column, end)
        } else {
          end()
        }
      })
    }
    figures = {}
    show()
    step('comparing clocks', '校准时钟', clocks)
    each('time to first message', '首条消息的时间', first)
    each('latency', '延迟', latency)
    each('messages per second', '每秒消息数', rate)
    step('coming back after a cut', '断线后恢复', cuts)
    step('another origin', '跨源', function (end) {
      site.get(other + '/compare/stream?count=0&cors', function (status) {
        answers = status === 200
        end(!answers)
      })
    })
    elsewhere('another origin', '跨源', read('plain', other, 'count=1'))
    elsewhere('another origin', '跨源', read('rule', other, 'count=1&cors&check'))
    elsewhere('streams at once', '同时打开的流', many('many', other))
    if (proxies.asis) {
      each('through nginx', '经过 nginx', through('proxy-default', proxies.asis, '&plain'))
      each('through nginx', '经过 nginx', through('proxy-hint', proxies.asis, ''))
      each('through nginx', '经过 nginx', through('proxy-off', proxies.tuned, '&plain'))
    }
    if (proxies.http2) {
      each('through nginx with HTTP/2', '经过 HTTP/2 的 nginx', many('http2', proxies.http2))
    }
    inTurn(steps, done, stop)
  }

  function showWhen(date, browser) {
    site.show(site.id('when'), date + ' · ' + browser)
  }

  // A report.
  var report = site.id('report')
  if (report) {
    report = JSON.parse(report.textContent)
    figures = report.figures
    showWhen(report.date, report.browser)
    show()
    return
  }

  function begin() {
    site.id('measure').disabled = true
    measure(function () {
      site.id('measure').disabled = false
      site.say(site.id('progress'), 'Done.', '完成。')
      showWhen(site.clock(), navigator.userAgent)
      if (setup.run) {
        site.post('/compare/result', {run: setup.run, browser: navigator.userAgent, figures: JSON.stringify(figures)})
      }
    }, function (status, problem) {
      site.id('measure').disabled = false
      site.complain(site.id('progress'), status, problem)
    })
  }

  figures = {}
  show()
  site.id('measure').onclick = begin
  site.get('/compare/setup' + location.search, function (status, text) {
    if (status !== 200) {
      site.complain(site.id('progress'), status, text)
      return
    }
    setup = JSON.parse(text)
    site.id('measure').disabled = false
    if (setup.run) {
      begin()
    }
  })
}())
