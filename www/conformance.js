// The conformance page: plays the catalogue in this browser. The server opens
// sessions, one for each target; this page asks for the visit's state every second
// and shows the session that it names in a frame.
(function () {
  'use strict'

  var PAUSE = 1000 // ms between two questions
  var PATIENCE = 10 // questions without an answer before another is asked
  var MAX_FAILURES = 30 // in a row, then the server is gone

  var visits = '/conformance/visits'
  var visit = null // its id
  var shown = '' // URL in the frame
  var timer = null
  var pending = 0 // questions skipped since one that has no answer yet; 0: none
  var failures = 0

  function show(id, yes) {
    site.id(id).hidden = !yes
  }

  function complain(english, chinese) {
    show('problem', !!english)
    if (english) {
      site.say(site.id('problem'), english, chinese || english)
    }
  }

  // Begins a visit with what the form and the address ask for.
  function begin() {
    var prefix = /[?&]case=([^&]+)/.exec(location.search)
    end()
    complain('')
    show('result', false)
    site.id('start').disabled = true
    site.post(visits, {
      implementation: site.chosen('implementations').split(' '),
      contexts: site.chosen('contexts'),
      'case': prefix ? decodeURIComponent(prefix[1]) : []
    }, function (status, text) {
      site.id('start').disabled = false
      if (status !== 200) {
        site.complain(site.id('problem'), status, text)
        return
      }
      var state = JSON.parse(text)
      visit = state.id
      location.hash = visit // so that the page can be loaded again
      tell(state)
      watch()
    })
  }

  // Asks again and again. A case may stop all requests of the tab, and no answer
  // comes then.
  function watch() {
    clearInterval(timer)
    failures = 0
    show('stay', true)
    timer = setInterval(function () {
      if (pending === 0 || pending++ > PATIENCE) {
        ask()
      }
    }, PAUSE)
  }

  function ask() {
    var asked = visit
    if (!visit) {
      return
    }
    pending = 1
    site.get(visits + '/' + visit, function (status, text) {
      pending = 0
      if (asked !== visit) {
        return
      }
      site.id('start').disabled = false
      if (status === 200) {
        failures = 0
        tell(JSON.parse(text))
      } else if (status === 404 || ++failures > MAX_FAILURES) {
        end()
        complain('The visit is over: ' + (text.trim() || 'the server is gone') + '.', '测试已结束。')
      }
    })
  }

  // Shows a state of the visit.
  function tell(state) {
    show('start', false)
    show('stop', true)
    show('playing', true)
    show('about', false)
    progress(state)
    put(state.frame || '')
    if (state.over) {
      end()
      result(state)
    }
  }

  function progress(state) {
    var share = state.total ? state.played / state.total * 100 : 0
    site.id('bar').style.width = share + '%'
    site.id('progress').setAttribute('aria-valuemax', state.total)
    site.id('progress').setAttribute('aria-valuenow', state.played)
    site.say(site.id('count'), state.played + ' of ' + state.total + ', ' + state.failed + ' failed', '已完成 ' + state.played + ' / ' + state.total + '，失败 ' + state.failed)
  }

  // Puts a session into the frame; '': none.
  function put(url) {
    if (url === shown) {
      return
    }
    shown = url
    var host = /^http:\/\/(\[[^\]]*\]|[^:\/]*)/.exec(url)
    if (host && host[1] !== location.hostname) {
      // Under another name the frame would be of another site, without cookies.
      location.replace('http://' + host[1] + ':' + location.port + location.pathname + '#' + visit)
    }
    site.id('frame').src = url || 'about:blank'
    show('frame', url)
  }

  function end() {
    visit = null
    clearInterval(timer)
    put('')
    show('start', true)
    show('stop', false)
    show('stay', false)
  }

  function result(state) {
    complain(state.error && 'It ended too early: ' + state.error + '.', '提前结束：' + state.error)
    show('result', state.targets)
    if (!state.targets) {
      return
    }
    site.show(site.id('browser'), state.browser ? '· ' + state.browser : '')
    site.empty(site.id('targets'))
    for (var i = 0; i < state.targets.length; i++) {
      var target = state.targets[i]
      var row = site.add(site.id('targets'), 'tr')
      site.add(row, 'th', '', target.target).scope = 'row'
      site.say(site.add(row, 'td', 'number'), target.passed + ' of ' + target.judged, target.passed + ' / ' + target.judged)
    }
    show('links', state.result)
    site.id('report').href = '/results/' + state.result
    site.id('document').href = '/results/' + state.result + '.json'

    var list = state.differences || []
    site.say(site.id('heading'), list.length ? list.length + ' not as the case asks' : 'Everything is as the cases ask', list.length ? list.length + ' 项与用例要求不符' : '全部符合用例要求')
    site.empty(site.id('differences'))
    for (i = 0; i < list.length; i++) {
      difference(list[i])
    }
  }

  function difference(d) {
    var item = site.add(site.id('differences'), 'li')
    site.add(item, 'b', 'no', d.verdict)
    site.add(item, 'span', 'case', d['case'])
    site.add(item, 'span', 'small', d.level + ', ' + d.target)
    site.add(item, 'p', '', d.title + '. ' + d.requirement)
    if (d.want) {
      site.add(item, 'pre', '', 'want  ' + d.want + '\ngot   ' + d.got)
    } else if (d.got) {
      site.add(item, 'pre', '', d.got)
    }
  }

  site.id('begin').onsubmit = function () {
    begin()
    return false
  }

  site.id('stop').onclick = function () {
    site.post(visits + '/' + visit + '/leave', {})
  }

  if (!site.classes.native) {
    var radios = document.getElementsByName('implementations')
    radios[0].disabled = radios[1].disabled = true
    radios[2].checked = true
  }
  if (location.hash.length > 1) {
    visit = location.hash.slice(1)
    site.id('start').disabled = true
    ask()
    watch()
  }
}())
