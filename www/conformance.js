// The conformance page: runs the catalogue in this browser. The server opens a
// session for each target. This page asks for the state of its visit every second,
// and shows the current session in a frame.
(function () {
  'use strict'

  var POLL_INTERVAL = 1000 // milliseconds
  var MAX_SKIPPED = 10 // polls skipped while a request is pending, before another is sent
  var MAX_FAILURES = 30 // polls in a row, before the page gives up

  var VISITS = '/conformance/visits'

  var visit = null // the ID of the visit
  var state = null // the latest state of the visit
  var frameURL = ''
  var timer = null
  var pending = 0 // polls since the request that is pending; 0: none is
  var failures = 0 // polls in a row
  var stopped = false // by the visitor

  function setVisible(id, visible) {
    site.id(id).hidden = !visible
  }

  // Shows a problem; without words, hides the last one.
  function showProblem(english, chinese) {
    setVisible('problem', english)
    if (english) {
      site.setText(site.id('problem'), english, chinese)
    }
  }

  // Starts a visit with the choices of the form, and the cases of the URL.
  function start() {
    stopped = false
    end()
    showProblem('')
    setVisible('result', false)
    site.id('start').disabled = true
    site.post(VISITS, {
      implementation: site.chosen('implementations').split(' '),
      contexts: site.chosen('contexts'),
      'case': site.parameter('case') || []
    }, function (status, text) {
      site.id('start').disabled = false
      if (status !== 200) {
        site.showFailure(site.id('problem'), status, text)
        return
      }
      var first = JSON.parse(text)
      visit = first.id
      location.hash = visit // a reloaded page continues
      show(first)
      poll()
    })
  }

  // Asks for the state at intervals. Some cases block every request of the tab. The
  // response is late then, and the next requests are skipped.
  function poll() {
    clearInterval(timer)
    failures = 0
    setVisible('stay', true)
    timer = setInterval(function () {
      if (pending === 0 || pending++ > MAX_SKIPPED) {
        requestState()
      }
    }, POLL_INTERVAL)
  }

  function requestState() {
    var requested = visit
    if (!visit) {
      return
    }
    pending = 1
    site.get(VISITS + '/' + visit, function (status, text) {
      pending = 0
      if (requested !== visit) {
        return
      }
      site.id('start').disabled = false
      if (status === 200) {
        failures = 0
        showProblem('')
        show(JSON.parse(text))
        return
      }
      failures++
      site.showFailure(site.id('problem'), status, text)
      if (status === 404) {
        end()
        showProblem('This run has ended. Start another one.', '本次运行已结束，请重新开始。')
      } else if (failures > MAX_FAILURES) {
        end()
      }
    })
  }

  function show(latest) {
    state = latest
    setVisible('start', false)
    setVisible('stop', !stopped)
    setVisible('running', true)
    setVisible('about', false)
    showProgress()
    showFrame(stopped ? '' : state.frame || '')
    if (state.over) {
      end()
      showResult()
    }
  }

  function showProgress() {
    var percent = state.total ? state.done / state.total * 100 : 0
    site.id('bar').style.width = percent + '%'
    site.id('progress').setAttribute('aria-valuemax', state.total)
    site.id('progress').setAttribute('aria-valuenow', state.done)
    site.setText(site.id('count'), state.done + ' of ' + state.total + ' cases run, ' + state.failed + ' failed',
      '已运行 ' + state.done + ' / ' + state.total + ' 个用例，' + state.failed + ' 个失败')
  }

  // Shows a session in the frame; '': none.
  function showFrame(url) {
    if (url === frameURL) {
      return
    }
    frameURL = url
    var host = /^http:\/\/(\[[^\]]*\]|[^:\/]*)/.exec(url)
    if (host && host[1] !== location.hostname) {
      site.moveTo(host[1], location.search.slice(1), visit)
    }
    site.id('frame').src = url || 'about:blank'
    setVisible('frame', url)
  }

  function end() {
    visit = null
    clearInterval(timer)
    showFrame('')
    setVisible('start', true)
    setVisible('stop', false)
    setVisible('stay', false)
  }

  // Stops the run. The next poll brings the result of the cases that have run.
  function stop() {
    stopped = true
    setVisible('stop', false)
    showFrame('')
    site.post(VISITS + '/' + visit + '/leave', {}, requestState)
  }

  function showResult() {
    if (state.stopped) {
      showProblem('Stopped after ' + state.done + ' of ' + state.total + ' cases.', '已停止：运行了 ' + state.done + ' / ' + state.total + ' 个用例。')
    } else if (state.error) {
      showProblem('The run ended early: ' + state.error + '.', '运行提前结束：' + state.errorZH + '。')
    }
    setVisible('result', state.targets && state.done)
    if (!state.targets || !state.done) {
      return
    }
    site.setText(site.id('browser'), state.browser ? '· ' + state.browser : '')
    site.empty(site.id('targets'))
    state.targets.forEach(addTarget)
    setVisible('links', state.result)
    site.linkReport(site.id('report'), state.result)
    site.id('document').href = '/results/' + state.result + '.json'

    var failed = state.differences || []
    if (failed.length) {
      site.setText(site.id('heading'), failed.length + (failed.length === 1 ? ' case failed' : ' cases failed'), failed.length + ' 个用例失败')
    } else if (state.stopped || state.error) {
      site.setText(site.id('heading'), 'All cases that ran passed', '已运行的用例均已通过')
    } else {
      site.setText(site.id('heading'), 'All cases passed', '所有用例均已通过')
    }
    site.empty(site.id('differences'))
    failed.forEach(addFailure)
  }

  function addTarget(target) {
    var row = site.add(site.id('targets'), 'tr')
    site.add(row, 'th', '', target.target).scope = 'row'
    var score = site.add(row, 'td', 'number')
    if (target.judged) {
      site.setText(score, target.passed + ' of ' + target.judged, target.passed + ' / ' + target.judged)
    } else {
      site.setText(score, '–') // none has run
    }
  }

  function addFailure(failure) {
    var item = site.add(site.id('differences'), 'li')
    site.addVerdict(item, 'no', failure.verdict)
    site.add(site.add(item, 'span', 'case'), 'a', '', failure['case']).href = '/case/' + failure['case']
    site.add(item, 'span', 'small', failure.level + ', ' + failure.target)
    site.addClaim(item, 'p', failure)
    if (failure.want) {
      site.add(item, 'pre', '', 'want  ' + failure.want + '\ngot   ' + failure.got)
    } else if (failure.got) {
      site.add(item, 'pre', '', failure.got)
    }
  }

  site.id('options').onsubmit = function () {
    start()
    return false
  }
  site.id('stop').onclick = stop

  if (!site.implementations.native) {
    var radios = document.getElementsByName('implementations')
    radios[0].disabled = radios[1].disabled = true
    radios[2].checked = true
  }
  if (location.hash.length > 1) {
    visit = location.hash.slice(1)
    site.id('start').disabled = true
    requestState()
    poll()
  }
}())
