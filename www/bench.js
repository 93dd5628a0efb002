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
    server: ['Server', '服务器']
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
      d.tables[i].comparisons = d.tables[i].comparisons || [] // null: none
      addTable(section, d.tables[i])
    }
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
    var about = site.add(section, 'p', 'small', t.title + '. ')
    if (t.columns[0].more) {
      site.setText(site.add(about, 'span'), 'Higher is better.', '越高越好。')
    } else {
      site.setText(site.add(about, 'span'), 'Lower is better.', '越低越好。')
    }

    var table = site.add(section, 'table', 'figures measured')
    var head = site.add(site.add(table, 'thead'), 'tr')
    site.add(head, 'td')
    for (var i = 0; i < t.columns.length; i++) {
      site.add(head, 'th', 'number', t.columns[i].unit).scope = 'col'
    }
    for (i = 0; i < t.comparisons.length; i++) {
      site.add(head, 'th', 'number', comparisonName(t, i)).scope = 'col'
    }
    var body = site.add(table, 'tbody')
    for (i = 0; i < t.rows.length; i++) {
      addRow(body, t, t.rows[i])
    }
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
    site.add(cell, 'span', 'column', name)
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
