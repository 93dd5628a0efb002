// The start page: figures, a live stream from server to page, and what this browser
// supports.
(function () {
  'use strict'

  // The smallest WebAssembly module: the magic number and version 1.
  var MODULE = [0, 97, 115, 109, 1, 0, 0, 0]

  var native = window.EventSourcePolyfill ? window.NativeEventSource : window.EventSource
  var wasm = window.WebAssembly && window.Uint8Array && WebAssembly.validate(new Uint8Array(MODULE))
  var streams = window.fetch && window.ReadableStream && window.Response && 'body' in Response.prototype
  var decoder = window.TextDecoder

  function showSupport(name, supported) {
    var element = site.id(name)
    element.className = supported ? 'yes' : 'no'
    if (supported) {
      site.setText(element, 'yes', '支持')
    } else {
      site.setText(element, 'no', '不支持')
    }
  }

  // What EventSource.tier means.
  var TIERS = {
    wasm: ['WebAssembly with fetch', 'WebAssembly + fetch'],
    js: ['JavaScript with fetch', 'JavaScript + fetch'],
    xhr: ['JavaScript with XMLHttpRequest', 'JavaScript + XMLHttpRequest']
  }

  // Shows how the polyfill runs in this browser. It decides that when its first source
  // starts, so one is opened until then.
  function showTier() {
    var Polyfill = window.EventSourcePolyfill
    if (!Polyfill) {
      return
    }
    var probe = new Polyfill(window.copied ? location.href : '/stream') // a copy of the site has no stream
    var waiting = setInterval(function () {
      if (Polyfill.tier) {
        clearInterval(waiting)
        probe.close()
        site.setText(site.id('tier'), TIERS[Polyfill.tier][0], TIERS[Polyfill.tier][1])
      }
    }, 20)
  }

  function showUsed() {
    if (native) {
      site.setText(site.id('used'), 'native', '原生实现')
    } else {
      site.setText(site.id('used'), 'polyfill', 'polyfill')
    }
  }

  // The figures, from the script start-figures.js.
  function showFigures(figures) {
    if (!figures) {
      return
    }
    ;[].forEach.call(document.querySelectorAll('.version'), function (element) { site.setText(element, figures.version) })
    site.setText(site.id('size'), (figures.size / 1000).toFixed(1) + ' KB')
    site.setText(site.id('speed'), figures.speed.toFixed(1) + ' ×')
    site.setText(site.id('speed-rest'), 'the native throughput of small events in Chromium (build ' + figures.build.split(' ')[0] + ')',
      'Chromium 中小事件的吞吐量，与原生相比（构建 ' + figures.build.split(' ')[0] + '）')
    var old = figures.oldest
    site.setText(site.id('oldest'), old.version.replace(/(\.\d+)\.\d+$/, '$1'))
    site.setText(site.id('oldest-rest'),
      'with WebKit of 2010, the oldest engine tested: ' + old.subjects[1].passed + ' / ' + old.subjects[1].judged + ' (native: ' + old.subjects[0].passed + ')',
      '采用 2010 年的 WebKit，是测试过的最老引擎：通过 ' + old.subjects[1].passed + ' / ' + old.subjects[1].judged + '（原生 ' + old.subjects[0].passed + '）')
    var chromium = figures.must.chromium
    var firefox = figures.must.firefox
    site.setText(site.id('must'), chromium[1].passed + ' / ' + chromium[1].judged)
    site.setText(site.id('must-rest'), 'required cases pass in Chromium (native: ' + chromium[0].passed + '), ' + firefox[1].passed + ' in Firefox (native: ' + firefox[0].passed + ')',
      '项必选用例在 Chromium 中通过（原生 ' + chromium[0].passed + ' 项），Firefox 中通过 ' + firefox[1].passed + ' 项（原生 ' + firefox[0].passed + ' 项）')
  }

  // The picture: the server makes an event a second, which travels to the page.

  var SHOWN = 5 // events on the page
  var TRAVEL = 500 // of an event on the wire, in milliseconds
  var still = window.matchMedia && matchMedia('(prefers-reduced-motion: reduce)').matches
  var paused = false
  var newest = 0 // the number of the newest event that arrived
  var arrived = 0 // when it did
  var waiting = [] // events that did not set out yet
  var es

  // While the page is paused, nothing in the picture moves. Afterwards, the newest events
  // follow.
  function travel() {
    if (paused) {
      waiting = waiting.slice(-SHOWN)
      return
    }
    var event = waiting.shift()
    if (!event) {
      return
    }
    if (still) {
      return land(event)
    }
    var dot = site.add(site.id('wire'), 'b', 'dot')
    var begin = +new Date()
    var moving = setInterval(function () {
      if (paused) {
        return
      }
      var way = (new Date() - begin) / TRAVEL
      dot.style.left = Math.min(way, 1) * 100 + '%'
      if (way >= 1) {
        clearInterval(moving)
        site.id('wire').removeChild(dot)
        land(event)
      }
    }, 30)
  }

  // Shows an event that has arrived, and the four before it.
  function land(event) {
    var list = site.id('arrived')
    var item = site.id('live')
    if (item.textContent !== '…') {
      item.removeAttribute('id')
      item.className = ''
      item = site.add(list, 'li', 'pulse')
      item.id = 'live'
    }
    site.setText(item, event.data, event.data.replace('server up for', '服务器已运行'))
    while (list.childNodes.length > SHOWN) {
      list.removeChild(list.firstChild)
    }
  }

  function showState() {
    if (paused) {
      return
    }
    var state = es ? es.readyState : 2
    for (var i = 0; i < 3; i++) {
      site.id('lamp-' + i).className = 'lamp' + (i === state ? ' lit ' + site.STATES[i] : '')
    }
    site.id('wire').className = 'wire' + (state === 1 ? '' : ' broken')
    // While the connection is lost, the server continues with an event a second.
    var missed = state === 1 || !newest ? 0 : Math.floor((new Date() - arrived) / 1000)
    if (missed > 0) {
      site.setText(site.id('made'), missed + ' waiting', missed + ' 个待补发')
    } else {
      site.setText(site.id('made'), newest ? 'event ' + newest : '…', newest ? '事件 ' + newest : '…')
    }
  }

  showSupport('has-native', native)
  showSupport('has-wasm', wasm)
  showSupport('has-streams', streams)
  showSupport('has-decoder', decoder)
  showTier()
  showUsed()
  showFigures(site.figures)

  site.addPause(function (now) { paused = now })

  function connect() {
    es = site.open('/events?line=' + site.line)
    if (es) {
      es.onmessage = function (ev) {
        newest = +ev.lastEventId.split('-')[1]
        arrived = +new Date()
        waiting.push({data: ev.data})
      }
    }
  }

  site.start(connect)
  if (es) {
    site.id('cut').onclick = function () { site.cut(4) }
    setInterval(travel, 90)
    setInterval(showState, 100)
  }
  showState()
}())
