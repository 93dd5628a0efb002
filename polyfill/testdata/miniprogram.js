// Runs one story of a mini program whose wx.request is this script's, in a context
// that has only wx, timers and the console, and prints what a source does.
//
//   node miniprogram.js FILE STORY
var fs = require('fs')
var vm = require('vm')

var tasks = []
var wx = {
  request: function (options) {
    var task = {
      options: options,
      aborted: false,
      onHeadersReceived: function (listener) { task.head = function (status, type) { listener({ statusCode: status, header: { 'content-type': type } }) } },
      onChunkReceived: function (listener) { task.chunk = function (bytes) { listener({ data: bytes.buffer || bytes }) } },
      abort: function () { task.aborted = true }
    }
    tasks.push(task)
    console.log('request', options.url, JSON.stringify(options.header))
    return task
  }
}

// Timers whose delay is the 65 s of silence run when the story wants it.
var silence = []
var context = {
  wx: wx,
  exports: {},
  console: console,
  clearTimeout: function (timer) {
    silence = silence.filter(function (other) { return other !== timer })
    clearTimeout(timer)
  },
  setTimeout: function (callback, delay) {
    if (!(delay >= 60000)) return setTimeout(callback, delay)
    silence.push(callback)
    return callback
  }
}
// Nothing else: no eval, and none of the classes that V8 gives each context but devices lack.
var bare = vm.createContext(context, { codeGeneration: { strings: false, wasm: false } })
vm.runInContext('delete globalThis.WebAssembly; delete globalThis.Promise; delete globalThis.Symbol; delete globalThis.SharedArrayBuffer', bare)
vm.runInContext(fs.readFileSync(process.argv[2], 'utf8'), bare)
var EventSource = context.exports.EventSource

function bytesOf(text) {
  return new Uint8Array(Buffer.from(text))
}

function open(url) {
  var source = new EventSource(url || 'https://example.com/events')
  function log(event) {
    console.log([event.type, event.data, event.lastEventId].filter(Boolean).join(' '), source.readyState)
  }
  ;['open', 'message', 'error'].forEach(function (type) { source.addEventListener(type, log) })
  return source
}

function wait(delay, then) {
  setTimeout(then, 20 * delay)
}

var stories = {
  'chunks and an end': function () {
    var source = open()
    wait(20, function () {
      tasks[0].head(200, 'text/event-stream')
      tasks[0].chunk(bytesOf('retry: 5\nid: 1\ndata: a\n\ndata: b'))
      tasks[0].options.success({ statusCode: 200, header: {} })
      wait(60, function () { source.close(); console.log('aborted', tasks[1].aborted) })
    })
  },
  'a chunk before the headers': function () {
    var source = open()
    wait(20, function () {
      tasks[0].chunk(bytesOf('data: a\n\n'))
      tasks[0].head(200, 'text/event-stream')
      tasks[0].chunk(bytesOf('data: b\n\n'))
      wait(20, function () { source.close() })
    })
  },
  'a buffer that is used again': function () {
    var source = open()
    wait(20, function () {
      var buffer = bytesOf('data: a\n\n')
      tasks[0].chunk(buffer)
      buffer.set(bytesOf('data: b\n\n'))
      tasks[0].chunk(buffer)
      buffer.fill(120)
      tasks[0].head(200, 'text/event-stream')
      wait(20, function () { source.close() })
    })
  },
  'characters cut at every byte': function () {
    var source = open()
    wait(20, function () {
      tasks[0].head(200, 'text/event-stream; charset=utf-8')
      bytesOf('data: 你好，世界 🎉\n\n').forEach(function (byte) { tasks[0].chunk(new Uint8Array([byte])) })
      wait(20, function () { source.close() })
    })
  },
  'calls after abort': function () {
    var source = open()
    wait(20, function () {
      tasks[0].head(200, 'text/event-stream')
      source.close()
      tasks[0].chunk(bytesOf('data: a\n\n'))
      tasks[0].options.success({ statusCode: 200, header: {} })
      tasks[0].options.fail({ errMsg: 'request:fail abort' })
      wait(20, function () { console.log('aborted', tasks[0].aborted, tasks.length) })
    })
  },
  'no report of the end': function () {
    var source = open()
    wait(20, function () {
      tasks[0].head(200, 'text/event-stream')
      tasks[0].chunk(bytesOf('retry: 5\nid: 7\ndata: a\n\n'))
      wait(20, function () {
        console.log('silence', silence.length)
        silence.slice().forEach(function (callback) { callback() })
        wait(30, function () { console.log('aborted', tasks[0].aborted); source.close(); console.log('silence', silence.length) })
      })
    })
  },
  'the limit of 60 s': function () {
    var source = open()
    wait(20, function () {
      console.log('limit', tasks[0].options.timeout)
      tasks[0].head(200, 'text/event-stream')
      tasks[0].chunk(bytesOf('retry: 5\nid: 中\ndata: a\n\n'))
      wait(20, function () {
        tasks[0].options.fail({ errMsg: 'request:fail timeout' })
        wait(30, function () { source.close() })
      })
    })
  },
  'a response without chunks': function () {
    var source = open()
    wait(20, function () {
      tasks[0].options.success({ statusCode: 200, header: { 'Content-Type': 'text/event-stream' }, data: bytesOf('retry: 60000\ndata: a\n\n').buffer })
      wait(20, function () { source.close() })
    })
  },
  'a refusal': function () {
    open()
    wait(20, function () {
      tasks[0].head(404, 'text/html')
      wait(20, function () { console.log('aborted', tasks[0].aborted, tasks.length) })
    })
  },
  'no network': function () {
    var source = open()
    wait(20, function () {
      tasks[0].options.fail({ errMsg: 'request:fail' })
      wait(20, function () { source.close() })
    })
  },
  'an old base library': function () {
    context.wx.request = function () { return { abort: function () {} } }
    open()
  },
  'another object': function () {
    delete context.wx
    EventSource.use(wx)
    var source = open()
    wait(20, function () {
      tasks[0].head(200, 'text/event-stream')
      wait(20, function () { source.close() })
    })
  },
  'another object whose request has no chunks': function () {
    context.console = { error: function (line) { console.log(line) } }
    EventSource.use({ request: function () { return { abort: function () {} } } })
    open()
  },
  'no object': function () {
    delete context.wx
    open()
  },
  'a relative URL': function () {
    try {
      open('/events')
    } catch (error) {
      console.log(error.name, error.code, error.message)
    }
  },
  'a thousand events in one chunk': function () {
    var source = new EventSource('https://example.com/')
    var count = 0
    source.onmessage = function () { if (++count == 1000) { console.log(count); source.close() } }
    wait(20, function () {
      tasks[0].head(200, 'text/event-stream')
      tasks[0].chunk(bytesOf(Array(1001).join('data: x\n\n')))
    })
  }
}

stories[process.argv[3]]()
