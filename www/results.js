// The page of all results: a row for each browser, and the cases in which they
// differ. What the documents say is only ever text.
(function () {
  'use strict'

  var COLUMNS = [['native', '原生'], ['polyfill', 'polyfill'], ['native, in workers', '原生，worker'], ['polyfill, in workers', 'polyfill，worker']]

  var summary = null

  function browser(b) {
    var row = site.add(site.id('browsers'), 'tr')
    var head = site.add(row, 'th')
    head.scope = 'row'
    site.add(head, 'a', '', b.browser).href = '/results/' + encodeURIComponent(b.name)
    site.say(site.add(head, 'span', 'how-measured'),
      (b.version || 'unknown version') + (b.emulates ? ', emulating ' + b.emulates : ''),
      (b.version || '版本未知') + (b.emulates ? '，模拟 ' + b.emulates : ''))
    if (b.byHand) {
      site.say(site.add(head, 'span', 'how-measured'), 'by hand', '手动')
    }
    for (var i = 0; i < COLUMNS.length; i++) {
      score(site.add(row, 'td'), COLUMNS[i], b.scores[i])
    }
    var date = site.add(row, 'td')
    label(date, ['played', '日期'])
    date.appendChild(document.createTextNode(b.date))
    if (b.build) {
      site.say(site.add(date, 'span', 'how-measured'), 'build ' + b.build, '构建 ' + b.build)
    }
  }

  // Names a cell, for screens that have no room for columns.
  function label(cell, column) {
    site.say(site.add(cell, 'span', 'column'), column[0], column[1])
    cell.appendChild(document.createTextNode(' '))
  }

  function score(cell, column, of) {
    label(cell, column)
    var text = site.add(cell, 'span', of[1] && of[0] === of[1] ? 'yes' : '')
    if (of[1]) {
      site.say(text, of[0] + ' of ' + of[1], of[0] + ' / ' + of[1])
    } else {
      site.say(text, '–', '–')
    }
  }

  function differences() {
    var list = summary.differences[site.chosen('compared')]
    site.say(site.id('count'), list.length + ' cases tell them apart', list.length + ' 个用例存在差异')
    site.empty(site.id('differences'))
    for (var i = 0; i < list.length; i++) {
      difference(list[i])
    }
  }

  // A case is one line, which opens to what each browser has shown.
  function difference(d) {
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
    if (status !== 200) {
      site.id('problem').hidden = false
      site.say(site.id('problem'), 'The results cannot be read.', '无法读取结果。')
      return
    }
    summary = JSON.parse(text)
    for (var i = 0; i < summary.browsers.length; i++) {
      browser(summary.browsers[i])
    }
    differences()
  })

  var radios = document.getElementsByName('compared')
  for (var i = 0; i < radios.length; i++) {
    radios[i].onclick = function () {
      if (summary) {
        differences()
      }
    }
  }
}())
