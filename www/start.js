// The start page: what this browser supports, and a live stream.
(function () {
  'use strict'

  // The smallest WebAssembly module: the magic number and version 1.
  var MODULE = [0, 97, 115, 109, 1, 0, 0, 0]

  var native = site.implementations.native
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

  // Shows how the polyfill runs in this browser. The polyfill decides by the same
  // features.
  function showTier() {
    var tier = site.id('tier')
    if (wasm && streams && decoder) {
      site.setText(tier, 'WebAssembly with fetch', 'WebAssembly + fetch')
    } else if (streams) {
      site.setText(tier, 'JavaScript with fetch', 'JavaScript + fetch')
    } else {
      site.setText(tier, 'JavaScript with XMLHttpRequest', 'JavaScript + XMLHttpRequest')
    }
  }

  function showUsed() {
    if (native) {
      site.setText(site.id('used'), 'native', '原生实现')
    } else {
      site.setText(site.id('used'), 'polyfill', 'polyfill')
    }
  }

  showSupport('has-native', native)
  showSupport('has-wasm', wasm)
  showSupport('has-streams', streams)
  showSupport('has-decoder', decoder)
  showTier()
  showUsed()

  var paused = false
  site.addPause(function (now) { paused = now })

  var es = site.open('/events')
  if (es) {
    es.onmessage = function (ev) {
      if (!paused) {
        site.setText(site.id('live'), ev.data)
      }
    }
  }
}())
