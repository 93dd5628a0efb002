// The parser of the polyfill alone: its core, and what source.js does with the
// tokens, but no connection, listeners or events. core.go bundles it.

import { core, whenReady, respond, feed, CHUNK_SIZE, TOKEN_WORDS } from '../../polyfill/src/core.js'

// Kinds of token, as source.js has them.
var APPEND = 1
var DATA = 3
var LINE = 4
var TYPE = 5
var ID = 6
var COMMIT = 7
var DISPATCH = 8
var EVENT = 9

window.benchParser = function (on) {
  var handle
  var value = ''
  var data = ''
  var type = ''
  var id = ''

  whenReady(function (failure) {
    if (failure) throw failure
    handle = core.open()
    respond(handle, 200, 'text/event-stream')
  })

  return function (bytes) {
    for (var at = 0; at < bytes.length;) {
      var part = feed(handle, bytes.subarray(at, at += CHUNK_SIZE))
      for (var i = 0; i < part.tokens_.length; i += TOKEN_WORDS) take(part.tokens_, i, part.text_)
    }
  }

  function take(tokens, i, text) {
    var kind = tokens[i]
    var whole = value + text.substring(tokens[i + 1], tokens[i + 2])
    value = ''
    switch (kind) {
      case APPEND:
        value = whole
        break
      case DATA:
        data = whole
        break
      case LINE:
        data += '\n' + whole
        break
      case TYPE:
        type = whole
        break
      case ID:
        id = whole
        break
      case COMMIT:
        type = ''
        break
      case EVENT:
        on(whole, type, id)
        type = ''
        break
      case DISPATCH:
        on(data, type, id)
        data = type = ''
    }
  }
}
