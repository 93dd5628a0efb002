// The start page: what this browser can do, and a live stream.
(function () {
  'use strict'

  // The smallest WebAssembly module: its magic number and version 1.
  var MODULE = [0, 97, 115, 109, 1, 0, 0, 0]

  var native = site.classes.native
  var wasm = window.WebAssembly && window.Uint8Array && WebAssembly.validate(new Uint8Array(MODULE))
  var streams = window.fetch && window.ReadableStream && window.Response && 'body' in Response.prototype

  function answer(name, yes) {
    var element = site.id(name)
    element.className = yes ? 'yes' : 'no'
    if (yes) {
      site.say(element, 'yes', '有')
    } else {
      site.say(element, 'no', '没有')
    }
  }

  function tier() {
    if (native) {
      site.say(site.id('tier'), 'the native one', '原生实现')
    } else if (wasm && streams && site.classes.polyfill) {
      site.say(site.id('tier'), 'the polyfill, in WebAssembly', 'WebAssembly 实现的 polyfill')
    } else {
      site.say(site.id('tier'), 'none: this browser is too old', '无：本浏览器太旧')
    }
  }

  answer('has-native', native)
  answer('has-wasm', wasm)
  answer('has-streams', streams)
  tier()

  var es = site.open('/events')
  if (es) {
    es.onmessage = function (ev) {
      site.show(site.id('live'), ev.data)
    }
  }
}())
