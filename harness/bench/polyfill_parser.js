// The parser of the polyfill alone: its core, and what a source does with the
// tokens, without connection, listeners and events. polyfill_parser.go bundles it.

import bytes from 'eventsource.wasm'
import { CHUNK_SIZE } from '../../polyfill/src/abi.js'
import { core, connect, respond } from '../../polyfill/src/core.js'
import { reset, feed, take } from '../../polyfill/src/stream.js'

// Returns a function that takes the next bytes of a stream and calls
// on(data, type, lastEventId) for each event of one of the types.
window.benchParser = function (on, types) {
  var stream = { lastEventId_: '', lists_: {} }
  for (var i = 0; i < types.length; i++) stream.lists_[types[i]] = []
  if (!core) connect(underscored(new WebAssembly.Instance(new WebAssembly.Module(bytes())).exports))
  stream.handle_ = core.open_()
  respond(stream, 200, 'text/event-stream')
  reset(stream, TextDecoder)

  return function (bytes) {
    for (var at = 0; at < bytes.length;) {
      feed(stream, bytes.subarray(at, at += CHUNK_SIZE))
      while (stream.token_ < stream.tokens_.length) {
        if (take(stream)) on(stream.data_, stream.name_, stream.id_)
      }
    }
  }
}

// Names exports as the sources of the polyfill call them.
function underscored(exports) {
  var renamed = {}
  for (var name in exports) renamed[name + '_'] = exports[name]
  return renamed
}
