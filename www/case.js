// The page of a case: shows what the server and the page do in it, runs it in this
// browser, and shows what both recorded. Without a case in the URL, it lists all cases.
// With ?run=1, it runs the case at once.
(function () {
  'use strict'

  var POLL_INTERVAL = 300 // milliseconds

  var CASES = '/conformance/cases'
  var VISITS = '/conformance/visits/'

  var id = site.decode(location.pathname).replace(/^\/case\//, '')

  // Lists the cases under the names of their groups.
  function list(cases) {
    var group
    var items
    cases.forEach(function (one) {
      if (group !== one.id.split('/')[0]) {
        group = one.id.split('/')[0]
        site.add(site.id('cases'), 'h2', '', group)
        items = site.add(site.id('cases'), 'ul', 'cases')
      }
      var item = site.add(items, 'li')
      site.add(item, 'a', '', one.id).href = '/case/' + one.id
      site.addTitle(site.add(item, 'span', 'small', ' ' + one.level + ' · '), 'span', '', one)
    })
  }

  function describe(one) {
    site.id('case').hidden = site.id('level').hidden = false
    site.setText(site.id('case-id'), one.id)
    document.title = one.id
    site.empty(site.id('claim'))
    site.addClaim(site.id('claim'), 'span', one)
    var level = site.id('level')
    site.add(level, 'span', '', one.level + ' · ')
    site.add(level, 'a', '', one.spec).href = one.specURL
    site.setText(site.id('server'), (one.server || []).join('\n') || '–')
    site.setText(site.id('client'), (one.client || []).join('\n'))
    site.setText(site.id('expected'), (one.expect || []).join('\n') || '–')
    site.id('play').hidden = !/^(parse|field|decode)\//.test(id)
    site.id('play').firstChild.href = '/play#case=' + id
    site.get('/results/summary', showBrowsers)
    fill('implementation', one.implementations, site.parameter('implementation'))
    fill('context', one.contexts, site.parameter('contexts'))
    if (one.impossible) {
      showProblem(one.impossible)
    } else if (site.parameter('run')) {
      run()
    }
  }

  // Shows what the browsers of the committed results do in the case.
  function showBrowsers(status, text) {
    var all = status === 200 ? JSON.parse(text).cases : {}
    ;['native', 'polyfill'].forEach(function (implementation) {
      var found = (all[implementation] || []).filter(function (c) { return c['case'] === id })[0]
      if (found) {
        site.addOutcomes(site.id(implementation), found.shown)
      } else if (status !== 200) {
        var words = site.failure(status, text)
        site.setText(site.id(implementation), words[0], words[1])
      } else {
        site.setText(site.id(implementation), 'no results', '暂无结果')
      }
    })
  }

  var CHINESE = {native: '原生', window: '页面（window）', 'dedicated-worker': '专用 worker', 'shared-worker': '共享 worker'}

  // Fills a choice with names, one of which may be chosen.
  function fill(choice, names, chosen) {
    names.forEach(function (name) {
      site.addOption(site.id(choice), name, name, CHINESE[name] || name)
    })
    if (names.indexOf(chosen) >= 0) {
      site.id(choice).value = chosen
    }
  }

  function showProblem(text, chinese) {
    site.id('problem').hidden = !text
    site.setText(site.id('problem'), text, chinese)
  }

  function run() {
    site.id('run').disabled = true
    showProblem('')
    site.empty(site.id('outcome'))
    site.setText(site.id('server-recorded'), '…')
    site.setText(site.id('page-recorded'), '…')
    site.post(CASES + '/' + id, {
      implementation: site.id('implementation').value,
      contexts: site.id('context').value
    }, follow)
  }

  // Shows the state of the run, and asks for the next one until it is over.
  function follow(status, text) {
    if (status !== 200) {
      site.showFailure(site.id('problem'), status, text)
      site.id('run').disabled = false
      return
    }
    var state = JSON.parse(text)
    showFrame(state.frame || '')
    if (!state.over) {
      setTimeout(function () { site.get(VISITS + state.id, follow) }, POLL_INTERVAL)
      return
    }
    site.id('run').disabled = false
    if (state.error) {
      showProblem(state.error, state.errorZH)
    }
    (state.outcomes || []).forEach(showOutcome)
  }

  // Shows the page that runs the case in the frame; '': none.
  function showFrame(url) {
    var frame = site.id('frame')
    var host = /^http:\/\/(\[[^\]]*\]|[^:\/]*)/.exec(url)
    if (host && host[1] !== location.hostname) {
      site.moveTo(host[1], 'run=1&implementation=' + encodeURIComponent(site.id('implementation').value) + '&contexts=' + site.id('context').value, '')
      return
    }
    if ((frame.getAttribute('src') || '') !== url) {
      frame.setAttribute('src', url || 'about:blank')
    }
    frame.hidden = !url
  }

  function showOutcome(outcome) {
    var place = site.id('outcome')
    var heading = site.add(place, 'p')
    site.addVerdict(heading, outcome.expected ? 'yes' : 'no', outcome.verdict)
    site.add(heading, 'span', 'small', ' ' + outcome.target + (outcome.reason ? ': ' + outcome.reason : ''))
    if (outcome.want) {
      site.add(place, 'pre', '', 'want  ' + outcome.want + '\ngot   ' + outcome.got)
    } else if (outcome.got) {
      site.add(place, 'pre', '', outcome.got)
    }
    site.setText(site.id('server-recorded'), outcome.server.join('\n'))
    site.setText(site.id('page-recorded'), outcome.page.join('\n'))
  }

  site.id('options').onsubmit = function () {
    run()
    return false
  }

  site.get(CASES + (id ? '/' + id : ''), function (status, text) {
    site.showFailure(site.id('problem'), status, text)
    if (status === 200) {
      (id ? describe : list)(JSON.parse(text))
    } else if (id && status === 404) {
      site.get(CASES, function (status, text) {
        if (status === 200) {
          list(JSON.parse(text))
        }
      })
    }
  })
}())
