// The start page: what this browser can do, and a live stream.
(function () {
  'use strict'

  // The smallest WebAssembly module: its magic number and version 1.
  var MODULE = [0, 97, 115, 109, 1, 0, 0, 0]

  var native = site.classes.native
  var wasm = window.WebAssembly && window.Uint8Array && WebAssembly.validate(new Uint8Array(MODULE))
  var streams = window.fetch && window.ReadableStream && window.Response && 'body' in Response.prototype

  var decoder = window.TextDecoder

  function answer(name, yes) {
    var element = site.id(name)
    element.className = yes ? 'yes' : 'no'
    if (yes) {
      site.say(element, 'yes', '有')
    } else {
      site.say(element, 'no', '没有')
    }
  }

  // What the polyfill is made of in this browser, as it decides itself.
  function tier() {
    var modern = wasm && streams && decoder
    if (modern) {
      site.say(site.id('tier'), 'in WebAssembly, by fetch', 'WebAssembly，经 fetch')
    } else if (streams) {
      site.say(site.id('tier'), 'in JavaScript, by fetch', 'JavaScript，经 fetch')
    } else {
      site.say(site.id('tier'), 'in JavaScript, by XMLHttpRequest', 'JavaScript，经 XMLHttpRequest')
    }
    if (native) {
      site.say(site.id('used'), 'the native one', '原生实现')
    } else {
      site.say(site.id('used'), 'the polyfill', 'polyfill')
    }
  }

  answer('has-native', native)
  answer('has-wasm', wasm)
  answer('has-streams', streams)
  answer('has-decoder', decoder)
  tier()

  var es = site.open('/events')
  if (es) {
    es.onmessage = function (ev) {
      site.show(site.id('live'), ev.data)
    }
  }
}())
