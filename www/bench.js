// The benchmarks: for each result document, a table for each stream that was
// measured.
(function () {
  'use strict'

  var KINDS = {
    throughput: ['Throughput', '吞吐量'],
    latency: ['Latency', '延迟'],
    start: ['Start-up', '启动时间'],
    memory: ['Memory', '内存'],
    streams: ['Many streams', '多个流'],
    parser: ['Parsers alone', '只测解析器'],
    soak: ['Long run', '长时间运行'],
    'soak-cpu': ['Long run: CPU', '长时间运行：CPU'],
    'soak-reconnections': ['Long run: reconnections', '长时间运行：重新连接'],
    server: ['Server', '服务器']
  }

  // What the titles of tables are made of, in Chinese.
  var PHRASES = [
    [/^([\d,]+) events? of (\d+ [KM]?B)/, '$1 个事件，每个 $2'],
    [' of CJK text', '（中日韩文字）'],
    [' of JSON', '（JSON）'],
    [' with CRLF', '，行以 CRLF 结尾'],
    [', with event and id', '，带 event 和 id'],
    [/, ([\d,]+) a second/, '，每秒 $1 个'],
    [/, (\d+) at once over HTTP\/2/, '，通过 HTTP/2 同时打开 $1 个流'],
    [', bytes in memory, in chunks of 64 KiB, to strings; fetch only decodes', '，内存中的字节按 64 KiB 分块解析成字符串；fetch 只解码'],
    [', from the start signal to the last event', '，从开始信号到最后一个事件'],
    [', from the server\'s write to the listener', '，从服务器写出到监听器收到'],
    [', growth of the JavaScript heap; kept is the cost of each event when one in 1,000 is kept', '，JavaScript 堆的增长；“保留”指每 1,000 个事件保留一个时，每个保留的事件占用的内存'],
    [', from a page\'s first script to its first event; a page load for each event, in one browser', '，从页面的第一个脚本到第一个事件；同一浏览器，每个事件加载一次页面'],
    [': until each has its first event, then the latency', '：先测每个流都收到首个事件的时间，再测延迟'],
    [/^(\d+) streams, (\d+) events?\/s of ([\d,]+) characters each for (\w+)/, '$1 个流，每个流每秒 $2 个 $3 字符的事件，持续 $4'],
    [/^([\d,]+) events\/s of ([\d,]+) characters, with a pause of (\w+) every (\w+), for (\w+)/, '每秒 $1 个 $2 字符的事件，每 $4 停顿 $3，持续 $5'],
    [/, all implementations at the same time\. .* sampled every (\w+) after .*/, '，所有实现同时运行。内存是渲染进程自己的内存（Linux 以外是堆），每 $1 取样一次；前 5 分钟之后，内存不得超过这段时间的峰值一成再加 8 MB'],
    ['CPU time of the renderer, in percent of one CPU, from one sample to the next', '渲染进程的 CPU 时间，占一个 CPU 的百分比，从一次取样到下一次'],
    [/^reconnections so far; every (\w+) one stream of each page gets a fault: .*/, '到目前为止的重新连接次数；每 $1 每个页面有一个流出现故障：响应结束；在事件中间重置；连接在事件中间关闭；沉默 3 秒；五个流的服务器重启，并在 1 秒内拒绝连接'],
    ['reconnections so far; no faults were injected', '到目前为止的重新连接次数；没有注入故障']
  ]

  // Units that are words.
  var UNITS = {
    'MB peak of the heap': '堆的峰值 MB', 'MB more': '增长 MB', 'connections open at the end': '结束时打开的连接', 's without an event': '秒没有事件',
    'max CPU %': '最大 CPU %', reconnections: '重新连接', faults: '故障', lost: '丢失', duplicated: '重复',
    'events/s': '事件/秒', events: '事件', opened: '打开数', 'ms blocked': '阻塞 ms', 'B kept': '保留 B', 'MB left': '剩余 MB', 'MB peak': '峰值 MB', 'max ms': '最大 ms',
    'open ms': '打开 ms', 'ready ms': '就绪 ms', 'loaded ms': '加载 ms', 'message ms': '消息 ms'
  }

  function inChinese(title) {
    return PHRASES.reduce(function (text, phrase) { return text.replace(phrase[0], phrase[1]) }, title)
  }

  // Sets a name that begins with a unit.
  function setUnit(element, name) {
    for (var unit in UNITS) {
      if (name.indexOf(unit) === 0) {
        site.setText(element, name, UNITS[unit] + name.slice(unit.length))
        return
      }
    }
    site.setText(element, name)
  }

  function addDocument(section, name, d) {
    var seconds = Math.round(d.milliseconds / 1000)
    site.add(section, 'h2', '', d.browser)
    var about = site.add(section, 'p', 'small', d.system + ' · ' + d.started.slice(0, 10) + ' · ' + seconds + ' s · ')
    site.add(about, 'a', '', 'JSON').href = site.link('/bench/' + name)
    var builds = site.add(section, 'p', 'small')
    site.setText(site.add(builds, 'span'), 'Builds: ', '版本：')
    site.add(builds, 'span', 'builds', buildsOf(d))
    if (d.quick) {
      site.setText(site.add(section, 'p', 'notice'), 'Quick run: do not quote these figures.', '快速运行：数字仅供试用，请勿引用。')
    }
    for (var i = 0; i < d.tables.length; i++) {
      keepComparisons(d.tables[i])
      addTable(section, d.tables[i])
    }
  }

  // Removes the comparisons with an implementation that did not take part.
  function keepComparisons(t) {
    var all = t.comparisons || [] // null: none
    var kept = []
    for (var i = 0; i < all.length; i++) {
      for (var n = 0; n < t.rows.length; n++) {
        if (t.rows[n].compared[i]) {
          kept.push(i)
          break
        }
      }
    }
    function pick(list) {
      return kept.map(function (i) { return list[i] })
    }
    t.comparisons = pick(all)
    t.rows.forEach(function (row) { row.compared = row.compared && pick(row.compared) })
  }

  // Returns the builds of the implementations, and the version of the harness.
  function buildsOf(d) {
    var list = []
    for (var i = 0; i < d.implementations.length; i++) {
      var build = d.implementations[i].build || {}
      var words = [d.implementations[i].name]
      if (build.version) {
        words.push(build.version)
      }
      if (build.sha256) {
        words.push(build.sha256.slice(0, 12))
      }
      list.push(words.join(' '))
    }
    if (d.revision) {
      list.push('harness ' + d.revision)
    }
    return list.join(', ')
  }

  function addTable(section, t) {
    var kind = KINDS[t.kind] || [t.kind, t.kind]
    site.setText(site.add(section, 'h3'), kind[0], kind[1])
    var about = site.add(section, 'p', 'small')
    site.setText(site.add(about, 'span', 'what'), t.title + '. ', inChinese(t.title) + '。')
    if (t.columns[0].more) {
      site.setText(site.add(about, 'span'), 'Higher is better.', '越高越好。')
    } else {
      site.setText(site.add(about, 'span'), 'Lower is better.', '越低越好。')
    }

    var table = site.add(section, 'table', 'figures measured')
    var head = site.add(site.add(table, 'thead'), 'tr')
    site.add(head, 'td')
    for (var i = 0; i < t.columns.length; i++) {
      addHead(head, t.columns[i].unit)
    }
    for (i = 0; i < t.comparisons.length; i++) {
      addHead(head, comparisonName(t, i))
    }
    var body = site.add(table, 'tbody')
    for (i = 0; i < t.rows.length; i++) {
      addRow(body, t, t.rows[i])
    }
    if (t.axes && t.axes.x === 'seconds') {
      addPlot(section, t)
    }
  }

  // Draws the curves of a long run over time; the bars of the table have the same colours.
  function addPlot(section, t) {
    var most = 0
    var longest = 0
    var curves = []
    for (var i = 0; i < t.rows.length; i++) {
      curves[i] = t.rows[i].samples[0].curve || []
      most = Math.max.apply(null, [most].concat(curves[i]))
      longest = Math.max(longest, curves[i].length)
    }
    if (!most || longest < 2) {
      return
    }
    var plot = draw(site.add(section, 'div', 'plot'), 'svg', { viewBox: '0 0 720 200', preserveAspectRatio: 'none', role: 'img', 'aria-label': t.axes.y })
    for (i = 0; i < curves.length; i++) {
      var points = []
      for (var n = 0; n < curves[i].length; n++) {
        points.push((720 * n / (longest - 1)).toFixed(1) + ',' + (195 - 190 * curves[i][n] / most).toFixed(1))
      }
      draw(plot, 'polyline', { 'class': t.rows[i].implementation, points: points.join(' ') })
    }
    var minutes = Math.round(t.axes.step * (longest - 1) / 60)
    site.setText(site.add(section, 'p', 'small'), '0 to ' + site.digits(most) + ' ' + t.axes.y + ', over ' + minutes + ' min', '0 至 ' + site.digits(most) + ' ' + t.axes.y + '，' + minutes + ' 分钟')
  }

  function draw(parent, tag, attributes) {
    var element = document.createElementNS('http://www.w3.org/2000/svg', tag)
    for (var name in attributes) {
      element.setAttribute(name, attributes[name])
    }
    parent.appendChild(element)
    return element
  }

  function addHead(row, name) {
    var cell = site.add(row, 'th', 'number')
    cell.scope = 'col'
    setUnit(cell, name)
  }

  function comparisonName(t, i) {
    var c = t.comparisons[i]
    var sign = c.as === 'ratio' ? '× ' : '− '
    return unit(t, c.column) + sign + c['with']
  }

  // Returns the unit of a column and a space. A comparison without a unit is of the
  // first column.
  function unit(t, column) {
    for (var i = 1; i < t.columns.length; i++) {
      if (t.columns[i].name === column) {
        return t.columns[i].unit + ' '
      }
    }
    return ''
  }

  function addRow(body, t, r) {
    var first = t.columns[0].name
    var row = site.add(body, 'tr', r.implementation)
    var head = site.add(row, 'th', '', r.implementation)
    head.scope = 'row'
    site.add(head, 'i', 'bar').style.width = 100 * (r.median[first] || 0) / largest(t, first) + '%'
    for (var i = 0; i < t.columns.length; i++) {
      addFigure(row, t.columns[i].unit, r.median[t.columns[i].name])
    }
    for (i = 0; i < t.comparisons.length; i++) {
      var interval = r.compared[i]
      addFigure(row, comparisonName(t, i), interval && interval.median, interval)
    }
  }

  function largest(t, column) {
    var most = 0
    for (var i = 0; i < t.rows.length; i++) {
      most = Math.max(most, t.rows[i].median[column] || 0)
    }
    return most || 1
  }

  // Adds a figure, and the name of its column for screens too narrow for a table.
  // The title of the figure is its interval, if it has one.
  function addFigure(row, name, value, interval) {
    var cell = site.add(row, 'td', 'number')
    setUnit(site.add(cell, 'span', 'column'), name)
    cell.appendChild(document.createTextNode(' '))
    var figure = site.add(cell, 'span', '', typeof value === 'number' ? site.digits(value) : '–')
    if (interval) {
      figure.title = site.digits(interval.low) + ' – ' + site.digits(interval.high)
    }
  }

  function load(name) {
    var section = site.add(site.id('documents'), 'section', 'measurement')
    site.get('/bench/' + name, function (status, text) {
      if (status === 200) {
        addDocument(section, name, JSON.parse(text))
      } else {
        site.showFailure(site.id('problem'), status, text)
      }
    })
  }

  site.get('/bench/documents', function (status, text) {
    if (status !== 200) {
      site.showFailure(site.id('problem'), status, text)
      return
    }
    var names = JSON.parse(text)
    site.id('none').hidden = names.length > 0
    for (var i = 0; i < names.length; i++) {
      load(names[i])
    }
  })
}())
