// The results: a row for each browser, groups of cases by browser, and the cases with what
// each browser did.
(function () {
  'use strict'

  var COLUMNS = [['native', '原生'], ['polyfill', 'polyfill'], ['native, workers', '原生（worker）'], ['polyfill, workers', 'polyfill（worker）']]

  var summary = null
  var columns = [] // of the matrix: the browsers whose reports are committed

  function addBrowser(b) {
    var row = site.add(site.id('browsers'), 'tr')
    var head = site.add(row, 'th')
    head.scope = 'row'
    site.linkReport(site.add(head, 'a', '', b.browser), b.name)
    site.setText(site.add(head, 'span', 'how-measured'),
      (b.version || 'unknown version') + (b.emulates ? ', emulating ' + b.emulates : ''),
      (b.version || '版本未知') + (b.emulates ? '，模拟 ' + b.emulates : ''))
    if (b.byHand) {
      site.setText(site.add(head, 'span', 'how-measured'), 'run by hand', '手动测试')
    }
    if (b.note) {
      site.add(head, 'span', 'how-measured', b.note)
    }
    for (var i = 0; i < COLUMNS.length; i++) {
      addScore(site.add(row, 'td'), COLUMNS[i], b.scores[i], (b.own || b.scores)[i])
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

  // Adds a score, and that on the page of the browser's report if it is another.
  function addScore(cell, column, score, own) {
    var passed = score[0]
    var judged = score[1]
    addLabel(cell, column)
    var text = site.add(cell, 'span', judged && passed === judged ? 'yes' : '')
    if (judged) {
      site.setText(text, passed + ' of ' + judged, passed + ' / ' + judged)
    } else {
      site.setText(text, '–')
    }
    if (own[0] !== score[0] || own[1] !== score[1]) {
      site.setText(site.add(cell, 'span', 'how-measured'), 'its report: ' + own[0] + ' of ' + own[1], '其报告：' + own[0] + ' / ' + own[1])
      site.id('levels').hidden = false
    }
  }

  // The matrix.

  function addMatrix() {
    var head = site.add(site.id('matrix-head'), 'tr')
    site.setText(site.add(head, 'th'), 'group', '分组')
    columns.forEach(function (b) {
      var cell = site.add(head, 'th')
      cell.scope = 'col'
      var link = site.add(cell, 'a')
      var name = label(b).replace(/@/g, '\u200B@') // a long name breaks there
      site.setText(link, name, site.inChinese(name))
      site.linkReport(link, b.name)
    })
    summary.groups.filter(hasScores).forEach(addGroup)
  }

  // Reports whether cases of a group have run in a page. Those that need something else,
  // such as a page that the harness controls, are in the reports only.
  function hasScores(group) {
    return columns.some(function (b) {
      return ['native', 'polyfill'].some(function (implementation) {
        var score = (group.scores[implementation] || [])[b.index]
        return score && score[1]
      })
    })
  }

  function addGroup(group) {
    var row = site.add(site.id('matrix'), 'tr')
    var head = site.add(row, 'th')
    head.scope = 'row'
    addChoice(head, group.name, group.name, '')
    site.add(head, 'span', 'how-measured', group.nameZH).lang = 'zh'
    columns.forEach(function (b) {
      var cell = site.add(row, 'td')
      addMark(cell, group, b, 'native')
      addMark(cell, group, b, 'polyfill')
    })
  }

  // Adds how many cases of a group pass in a browser.
  function addMark(cell, group, b, implementation) {
    var score = (group.scores[implementation] || [])[b.index]
    if (!score || !score[1]) {
      return site.add(cell, 'span', 'mark', '–')
    }
    var missing = score[1] - score[0]
    var mark = addChoice(cell, missing ? score[0] + '/' + score[1] : '✓ ' + score[1], group.name, missing ? label(b) : '', implementation)
    mark.className = 'mark ' + (missing ? missing > 1 && missing * 10 > score[1] ? 'many' : 'few' : 'none')
    mark.title = implementation + ', ' + b.name
    return mark
  }

  // Adds a button that shows the cases of a group, those that a browser does not pass if
  // one is given.
  function addChoice(parent, text, group, browser, implementation) {
    var button = site.add(parent, 'button', 'link', text)
    button.type = 'button'
    button.onclick = function () {
      site.id('group').value = group
      site.id('browser').value = browser
      site.id('differing').checked = false
      if (implementation) {
        choose(implementation)
      }
      showCases()
      site.id('apart').scrollIntoView()
    }
    return button
  }

  // Returns the name of a browser, as the server's list of outcomes has it.
  function label(b) {
    return b.browser + (b.emulates ? ' emulating ' + b.emulates : '')
  }

  // The cases, filtered. The filter is in the page's URL.

  // Chooses an implementation. A name that no button has changes nothing.
  function choose(implementation) {
    for (var i = 0; i < radios.length; i++) {
      if (radios[i].value === implementation) {
        radios[i].checked = true
      }
    }
  }

  function showCases() {
    var group = site.id('group').value
    var browser = site.id('browser').value
    var level = site.id('level').value
    var words = site.id('words').value.toLowerCase().split(/\s+/)
    var differing = site.id('differing').checked
    var list = summary.cases[site.chosen('compared')].filter(function (c) {
      var text = (c['case'] + ' ' + c.title + ' ' + c.titleZH + ' ' + c.requirement).toLowerCase()
      return (!differing || c.differs) && (!level || c.level === level) &&
        (!group || c['case'].indexOf(group + '/') === 0) &&
        words.every(function (word) { return text.indexOf(word) >= 0 }) &&
        (!browser || c.shown.some(function (s) { return s.word !== 'pass' && s.word !== 'info' && s.browsers.indexOf(browser) >= 0 }))
    })
    site.setText(site.id('count'), list.length + (list.length === 1 ? ' case' : ' cases'), list.length + ' 个用例')
    site.empty(site.id('differences'))
    list.forEach(addCase)
    keepInURL()
  }

  var FIELDS = ['group', 'browser', 'level', 'words']

  function keepInURL() {
    var parameters = []
    if (compared) {
      parameters.push('from=' + encodeURIComponent(site.id('from').value), 'to=' + encodeURIComponent(site.id('to').value))
    }
    if (site.chosen('compared') !== 'native') {
      parameters.push('compared=' + site.chosen('compared'))
    }
    FIELDS.forEach(function (name) {
      if (site.id(name).value) {
        parameters.push(name + '=' + site.encode(site.id(name).value))
      }
    })
    if (!site.id('differing').checked) {
      parameters.push('all=1')
    }
    try {
      history.replaceState(null, '', location.pathname + (parameters.length ? '?' + parameters.join('&') : ''))
    } catch (old) {} // no such method: the URL stays as it is
  }

  function readURL() {
    FIELDS.concat('from', 'to').forEach(function (name) {
      if (site.parameter(name)) {
        site.id(name).value = site.parameter(name)
      }
    })
    compared = !!(site.parameter('from') || site.parameter('to'))
    choose(site.parameter('compared') || 'native')
    site.id('differing').checked = !site.parameter('all')
  }

  // What changed between two reports, such as those of two versions of a browser.

  var compared = false // whether it is shown

  function showChanges() {
    compared = true
    keepInURL()
    site.get('/results/changes?from=' + encodeURIComponent(site.id('from').value) + '&to=' + encodeURIComponent(site.id('to').value), function (status, text) {
      site.empty(site.id('changes'))
      if (status !== 200) {
        var words = site.failure(status, text)
        site.setText(site.id('changed'), words[0], words[1])
        return
      }
      var c = JSON.parse(text)
      site.setText(site.id('changed'),
        c.worse.length + ' worse, ' + c.better.length + ' better, ' + c.other.length + ' changed otherwise' + (c.warning ? '. Note: ' + c.warning : ''),
        c.worse.length + ' 个变差，' + c.better.length + ' 个变好，' + c.other.length + ' 个其他变化' + (c.warning ? '。两份结果使用了不同版本的用例集' : ''))
      c.worse.forEach(function (change) { addChange(change, 'no') })
      c.better.forEach(function (change) { addChange(change, 'yes') })
      c.other.forEach(function (change) { addChange(change, '') })
    })
  }

  function addChange(change, kind) {
    var item = site.add(site.id('changes'), 'li')
    var before = change.before || 'not run'
    var now = change.now || 'not run'
    site.setText(site.add(item, 'b', kind), before + ' → ' + now, site.verdictInChinese(before) + ' → ' + site.verdictInChinese(now))
    site.add(site.add(item, 'span', 'case'), 'a', '', change['case']).href = site.link('/case/' + change['case'])
    site.add(item, 'span', 'small', change.where)
    if (change.got && change.now !== 'pass') {
      site.add(item, 'pre', '', change.got)
    }
  }

  // A case is one line, which opens to show what each browser did.
  function addCase(c) {
    var item = site.add(site.add(site.id('differences'), 'li'), 'details')
    var head = site.add(item, 'summary')
    site.add(head, 'span', 'case', c['case'])
    site.add(head, 'span', 'small', c.level)
    site.addTitle(head, 'span', 'title', c)
    site.add(item, 'p', '', c.requirement)
    site.addOutcomes(item, c.shown)
    var link = site.add(site.add(item, 'p', 'small'), 'a')
    link.href = site.link('/case/' + c['case'])
    site.setText(link, 'See what the server sends, and run it here', '查看服务器发送的内容，并在这里运行')
  }

  function addOption(name, value) {
    site.addOption(site.id(name), value, value, site.inChinese(value))
  }

  var radios = document.getElementsByName('compared')

  site.get('/results/summary', function (status, text) {
    site.showFailure(site.id('problem'), status, text)
    if (status !== 200) {
      return
    }
    summary = JSON.parse(text)
    summary.browsers.forEach(function (b, i) {
      b.index = i
      addBrowser(b)
      if (!b.byHand) {
        columns.push(b)
        addOption('browser', label(b))
      }
      addOption('from', b.name)
      addOption('to', b.name)
    })
    chooseVersions()
    summary.groups.forEach(function (group) { addOption('group', group.name) })
    addMatrix()
    readURL()
    showCases()
    if (compared) {
      showChanges()
    }
  })

  // Chooses an old and a new version of the same browser, if there are two.
  function chooseVersions() {
    summary.browsers.some(function (b) {
      var old = b.name.split('@')
      site.id('from').value = b.name
      site.id('to').value = old[0]
      return old[1] && site.id('to').value === old[0]
    })
  }

  site.id('versions').onsubmit = function () {
    showChanges()
    return false
  }

  site.id('filter').onchange = site.id('words').oninput = function () {
    if (summary) {
      showCases()
    }
  }
  site.id('filter').onsubmit = function () { return false }
}())
