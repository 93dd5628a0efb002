// The parser of the polyfill alone: its core, and what a source does with the
// tokens, but no connection, listeners or events. core.go bundles it.

import { core, whenReady, respond, CHUNK_SIZE } from '../../polyfill/src/core.js'
import { reset, feed, take } from '../../polyfill/src/stream.js'

window.benchParser = function (on) {
  var stream = { lastEventId_: '', lists_: { message: true } }

  whenReady(function (failure) {
    if (failure) throw failure
    stream.handle_ = core.open_()
    respond(stream.handle_, 200, 'text/event-stream')
    reset(stream)
  })

  return function (bytes) {
    for (var at = 0; at < bytes.length;) {
      feed(stream, bytes.subarray(at, at += CHUNK_SIZE))
      while (stream.token_ < stream.tokens_.length) {
        var type = take(stream)
        if (type) on(stream.data_, type, stream.id_)
      }
    }
  }
}
