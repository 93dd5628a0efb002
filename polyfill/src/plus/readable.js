// EventSource.fromReadableStream: a source whose bytes come from a stream that the page
// already has. Experimental: it follows a proposal.
//
// https://github.com/whatwg/html/pull/12272

import { EventSource } from './eventsource.js'
import { demand } from './webidl.js'

var toString = Object.prototype.toString

export function fromReadableStream(stream) {
  demand(stream && typeof stream.getReader == 'function', 'fromReadableStream: the argument must be a ReadableStream, such as response.body')
  demand(!stream.locked, 'fromReadableStream: the stream is locked: something else reads it')
  var reader = stream.getReader()
  var target = new EventSource('about:event-stream', {
    reconnect: false,
    fetch: function () { return Promise.resolve(response) }
  })
  var source = target._source

  // What the transport needs of a response.
  var response = {
    status: 200,
    headers: { get: function (name) { return /^content-type$/i.test(name) ? 'text/event-stream' : null } },
    body: {
      getReader: function () {
        return { read: read, cancel: cancel }
      }
    }
  }

  function read() {
    return reader.read().then(function (result) {
      // Not instanceof: streams of other realms have classes of their own.
      demand(result.done || toString.call(result.value) == '[object Uint8Array]', 'fromReadableStream: the chunks of the stream must be Uint8Arrays')
      return result
    }).then(null, function (error) {
      source.error_ = error
      throw error
    })
  }

  function cancel() {
    var cancelled = reader.cancel()
    reader.releaseLock()
    return cancelled
  }

  // Also a source that is closed before it has started cancels its stream.
  source.finish_ = function () {
    cancel().then(null, function () {}) // rejects if the stream has failed
  }
  return target
}
