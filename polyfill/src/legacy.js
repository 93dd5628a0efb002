// The legacy file, which engines without WebAssembly, fetch streams or TextDecoder
// load on first use: the same core in JavaScript, the transport that uses
// XMLHttpRequest, and a decoder. It also fills in a few functions of old engines.

import { bounded } from './bounded.js'
import { Decoder } from './decoder.js'
import { hide } from './webidl.js'
import { request } from './xhr.js'

// In WebKit up to 538, `constructor` is a property of each object instead of the
// prototypes, from which our events inherit.
;[self.Event, self.MessageEvent].forEach(function (native) {
  hide(native.prototype, 'constructor', native)
})

// Defines reportError where it is missing. Old engines report an exception
// synchronously only if a listener throws it, so dispatch an event to one that does.
if (!self.reportError) {
  hide(self, 'reportError', function (error) {
    var type = 'eventsource-error'
    function listener() {
      self.removeEventListener(type, listener)
      throw error
    }
    var event = self.document ? document.createEvent('Event') : new Event(type)
    event.initEvent(type, false, false)
    self.addEventListener(type, listener)
    self.dispatchEvent(event)
  })
}

self[GLOBAL] = { core_: bounded, request_: request, Decoder_: Decoder }
