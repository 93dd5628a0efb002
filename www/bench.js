// What was measured: a table for each stream of each document. What a document
// says is only ever text.
(function () {
  'use strict'

  var KINDS = {
    throughput: ['Throughput', '吞吐'],
    latency: ['Latency', '延迟'],
    start: ['Start', '启动'],
    memory: ['Memory', '内存'],
    streams: ['Many streams', '多个流'],
    parser: ['Parsers alone', '仅解析器'],
    soak: ['Endurance', '长时间运行'],
    server: ['The server', '服务器']
  }

  function show(section, name, d) {
    var seconds = Math.round(d.milliseconds / 1000)
    site.add(section, 'h2', '', d.browser)
    var about = site.add(section, 'p', 'small', d.system + ' · ' + d.started.slice(0, 10) + ' · ' + seconds + ' s · ')
    site.add(about, 'a', '', 'JSON').href = '/bench/' + name
    var builds = site.add(section, 'p', 'small')
    site.say(site.add(builds, 'span'), 'Builds: ', '版本：')
    site.add(builds, 'span', 'builds', buildsOf(d))
    if (d.quick) {
      site.say(site.add(section, 'p', 'notice'), 'Measured quickly: the figures say nothing.', '快速测量：数字没有意义。')
    }
    for (var i = 0; i < d.tables.length; i++) {
      d.tables[i].comparisons = d.tables[i].comparisons || [] // null: none
      table(section, d.tables[i])
    }
  }

  // The implementations with their builds, and the suite's version.
  function buildsOf(d) {
    var list = []
    for (var i = 0; i < d.implementations.length; i++) {
      var build = d.implementations[i].build || {}
      var words = [d.implementations[i].name]
      if (build.version) words.push(build.version)
      if (build.sha256) words.push(build.sha256.slice(0, 12))
      list.push(words.join(' '))
    }
    if (d.revision) list.push('harness ' + d.revision)
    return list.join(', ')
  }

  function table(section, t) {
    var kind = KINDS[t.kind] || [t.kind, t.kind]
    site.say(site.add(section, 'h3'), kind[0], kind[1])
    var about = site.add(section, 'p', 'small', t.title + '. ')
    if (t.columns[0].more) {
      site.say(site.add(about, 'span'), 'The more the better.', '越多越好。')
    } else {
      site.say(site.add(about, 'span'), 'The less the better.', '越少越好。')
    }

    var shown = site.add(section, 'table', 'figures measured')
    var head = site.add(site.add(shown, 'thead'), 'tr')
    site.add(head, 'td')
    for (var i = 0; i < t.columns.length; i++) {
      site.add(head, 'th', 'number', t.columns[i].unit).scope = 'col'
    }
    for (i = 0; i < t.comparisons.length; i++) {
      site.add(head, 'th', 'number', compared(t, i)).scope = 'col'
    }
    var body = site.add(shown, 'tbody')
    for (i = 0; i < t.rows.length; i++) {
      row(body, t, t.rows[i])
    }
  }

  function compared(t, i) {
    var c = t.comparisons[i]
    var sign = c.as === 'ratio' ? '× ' : '− '
    return unit(t, c.column) + sign + c['with']
  }

  // The unit of a column; that of the first goes without saying.
  function unit(t, column) {
    for (var i = 1; i < t.columns.length; i++) {
      if (t.columns[i].name === column) {
        return t.columns[i].unit + ' '
      }
    }
    return ''
  }

  function row(body, t, r) {
    var first = t.columns[0].name
    var line = site.add(body, 'tr', r.implementation)
    var head = site.add(line, 'th', '', r.implementation)
    head.scope = 'row'
    site.add(head, 'i', 'bar').style.width = 100 * (r.median[first] || 0) / largest(t, first) + '%'
    for (var i = 0; i < t.columns.length; i++) {
      cell(line, t.columns[i].unit, r.median[t.columns[i].name])
    }
    for (i = 0; i < t.comparisons.length; i++) {
      cell(line, compared(t, i), r.compared[i] && r.compared[i].median, r.compared[i])
    }
  }

  function largest(t, column) {
    var most = 0
    for (var i = 0; i < t.rows.length; i++) {
      most = Math.max(most, t.rows[i].median[column] || 0)
    }
    return most || 1
  }

  // A figure, and what it is called on screens that have no room for columns.
  function cell(line, name, value, interval) {
    var td = site.add(line, 'td', 'number')
    site.add(td, 'span', 'column', name)
    td.appendChild(document.createTextNode(' '))
    var figure = site.add(td, 'span', '', typeof value === 'number' ? site.digits(value) : '–')
    if (interval) figure.title = site.digits(interval.low) + ' – ' + site.digits(interval.high)
  }

  function load(name) {
    var section = site.add(site.id('documents'), 'section', 'measurement')
    site.get('/bench/' + name, function (status, text) {
      if (status === 200) {
        show(section, name, JSON.parse(text))
      } else {
        site.complain(site.id('problem'), status, text)
      }
    })
  }

  site.get('/bench/documents', function (status, text) {
    if (status !== 200) {
      site.complain(site.id('problem'), status, text)
      return
    }
    var names = JSON.parse(text)
    site.id('none').hidden = names.length > 0
    for (var i = 0; i < names.length; i++) {
      load(names[i])
    }
  })
}())
