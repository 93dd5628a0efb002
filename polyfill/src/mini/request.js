// The transport that uses wx.request, with the contract of fetch.js.

import { clearTimeout, setTimeout } from './platform.js'

// Mini programs limit a request to 60 s. A request that is silent for longer has ended
// without a report. In ms.
var LIMIT = 60000
var SILENCE = 65000

var api

// Makes requests go through this object instead of the global wx or swan. Its method
// request must be like theirs.
export function use(object) {
  api = object
}

export function request(url, headers, withCredentials, to) {
  var queue = [] // chunks that were not requested yet
  var chunked = false // a chunk was received
  var begun = false // the head was passed on
  var wanted = false // read_ was called and not yet answered
  var ended = false
  var stopped = false
  var timer
  var task

  function head(response) {
    if (stopped || begun || !response.statusCode) return
    begun = true
    var type = ''
    for (var name in response.header) if (/^content-type$/i.test(name)) type = ''.concat(response.header[name])
    to.head_(response.statusCode, type, url)
  }

  function add(data) {
    if (stopped || ended) return
    watch()
    chunked = true
    // A copy: the program may reuse its buffer.
    queue.push(new Uint8Array(new Uint8Array(data)))
    if (wanted) read()
  }

  function end() {
    if (stopped || ended) return
    ended = true
    clearTimeout(timer)
    if (!begun) to.none_()
    else if (wanted) read()
  }

  function read() {
    wanted = !queue.length && !ended
    if (queue.length) to.bytes_(queue.shift())
    else if (ended) to.end_()
  }

  function stop() {
    stopped = true
    clearTimeout(timer)
    if (task) task.abort()
  }

  function watch() {
    clearTimeout(timer)
    timer = setTimeout(function () {
      if (task) task.abort()
      end()
    }, SILENCE)
  }

  try {
    watch()
    headers['Cache-Control'] = headers.Pragma = 'no-cache'
    for (var name in headers) headers[name] = headers[name].replace(/^[\t ]+|[\t ]+$/g, '')
    task = (api || (typeof wx == 'object' ? wx : swan)).request({
      url: url,
      header: headers,
      enableChunked: true,
      responseType: 'arraybuffer',
      timeout: LIMIT,
      success: function (response) {
        head(response)
        // Where chunks are not supported, the whole body is here.
        if (!chunked && response.data && response.data.byteLength) add(response.data)
        end()
      },
      fail: end
    })
    task.onHeadersReceived(head)
    task.onChunkReceived(function (chunk) { add(chunk.data) })
  } catch (error) {
    console.error('EventSource: no request with chunks (wx.request has them from base library 2.20.2 on; EventSource.use sets another object):', error)
    clearTimeout(timer)
    timer = setTimeout(function () { to.none_(true) })
  }

  return { stop_: stop, read_: read }
}
