// The results: a row for each browser, and the cases in which browsers differ.
(function () {
  'use strict'

  var COLUMNS = [['native', '原生'], ['polyfill', 'polyfill'], ['native, workers', '原生（worker）'], ['polyfill, workers', 'polyfill（worker）']]

  var summary = null

  function addBrowser(b) {
    var row = site.add(site.id('browsers'), 'tr')
    var head = site.add(row, 'th')
    head.scope = 'row'
    site.add(head, 'a', '', b.browser).href = '/results/' + encodeURIComponent(b.name)
    site.setText(site.add(head, 'span', 'how-measured'),
      (b.version || 'unknown version') + (b.emulates ? ', emulating ' + b.emulates : ''),
      (b.version || '版本未知') + (b.emulates ? '，模拟 ' + b.emulates : ''))
    if (b.byHand) {
      site.setText(site.add(head, 'span', 'how-measured'), 'run by hand', '手动运行')
    }
    for (var i = 0; i < COLUMNS.length; i++) {
      addScore(site.add(row, 'td'), COLUMNS[i], b.scores[i])
    }
    var date = site.add(row, 'td')
    addLabel(date, ['date', '日期'])
    date.appendChild(document.createTextNode(b.date))
    if (b.build) {
      site.setText(site.add(date, 'span', 'how-measured'), 'build ' + b.build, '构建 ' + b.build)
    }
  }

  // Repeats the name of the column in a cell, for screens too narrow for a table.
  function addLabel(cell, column) {
    site.setText(site.add(cell, 'span', 'column'), column[0], column[1])
    cell.appendChild(document.createTextNode(' '))
  }

  function addScore(cell, column, score) {
    var passed = score[0]
    var judged = score[1]
    addLabel(cell, column)
    var text = site.add(cell, 'span', judged && passed === judged ? 'yes' : '')
    if (judged) {
      site.setText(text, passed + ' of ' + judged, passed + ' / ' + judged)
    } else {
      site.setText(text, '–')
    }
  }

  function showDifferences() {
    var list = summary.differences[site.chosen('compared')]
    site.setText(site.id('count'), 'Browsers differ in ' + list.length + (list.length === 1 ? ' case' : ' cases'), '各浏览器在 ' + list.length + ' 个用例上表现不同')
    site.empty(site.id('differences'))
    for (var i = 0; i < list.length; i++) {
      addDifference(list[i])
    }
  }

  // A case is one line, which opens to show what each browser did.
  function addDifference(d) {
    var item = site.add(site.add(site.id('differences'), 'li'), 'details')
    var head = site.add(item, 'summary')
    site.add(head, 'span', 'case', d['case'])
    site.add(head, 'span', 'small', d.level)
    site.add(head, 'span', 'title', d.title)
    site.add(item, 'p', '', d.requirement)
    var list = site.add(item, 'dl')
    for (var i = 0; i < d.shown.length; i++) {
      var shown = d.shown[i]
      var term = site.add(list, 'dt')
      site.add(term, 'b', shown.word === 'pass' ? 'yes' : shown.good ? '' : 'no', shown.word)
      term.appendChild(document.createTextNode(' ' + shown.browsers.join(', ')))
      if (shown.got) {
        site.add(site.add(list, 'dd'), 'code', '', shown.got)
      }
    }
  }

  site.get('/results/summary', function (status, text) {
    site.showFailure(site.id('problem'), status, text)
    if (status !== 200) {
      return
    }
    summary = JSON.parse(text)
    for (var i = 0; i < summary.browsers.length; i++) {
      addBrowser(summary.browsers[i])
    }
    showDifferences()
  })

  var radios = document.getElementsByName('compared')
  for (var i = 0; i < radios.length; i++) {
    radios[i].onclick = function () {
      if (summary) {
        showDifferences()
      }
    }
  }
}())
