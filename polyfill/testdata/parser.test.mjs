import assert from 'node:assert/strict'
import test from 'node:test'
import vm from 'node:vm'
import { createRequire } from 'node:module'
import { createParser, parse, ParserStream } from '../dist/parser.mjs'

const bytes = text => new TextEncoder().encode(text)
const forms = { text: text => text, bytes } // of chunks
const message = (data, lastEventId = '', type = 'message') => ({ type, data, lastEventId })

// Returns a parser and what its callbacks got.
function recorder(options = {}) {
  const got = []
  return { got, ...createParser({ onEvent: event => got.push(event), ...options }) }
}

async function all(events) {
  const got = []
  for await (const event of events) got.push(event)
  return got
}

function streamOf(...chunks) {
  return new ReadableStream({
    start(controller) {
      chunks.forEach(chunk => controller.enqueue(chunk))
      controller.close()
    }
  })
}

test('chunks may be strings, bytes and buffers, of any realm', () => {
  const { feed, got } = recorder()
  feed('data: 1\n\nda')
  feed(bytes('ta: 2\n\n'))
  feed(Buffer.from('data: 3\n\n'))
  feed(bytes('data: 4\n\n').buffer)
  feed(vm.runInNewContext('new Uint8Array([100, 97, 116, 97, 58, 53, 10, 10])'))
  feed(vm.runInNewContext('new Uint8Array([100, 97, 116, 97, 58, 54, 10, 10]).buffer'))
  assert.deepEqual(got.map(event => event.data), ['1', '2', '3', '4', '5', '6'])
})

test('other chunks are a TypeError', () => {
  for (const chunk of [undefined, null, 1, [100], new Uint16Array(1), new DataView(new ArrayBuffer(1)), {}]) {
    assert.throws(() => recorder().feed(chunk), { name: 'TypeError', message: 'feed: the chunk must be a string, a Uint8Array or an ArrayBuffer' })
  }
})

test('characters may be cut anywhere', () => {
  const { feed, got } = recorder()
  for (const byte of bytes('data: größe 中 😀\n\n')) feed(Uint8Array.of(byte))
  assert.deepEqual(got, [message('größe 中 😀')])
})

test('the end of a cut character is not counted as a character of its chunk', () => {
  const { feed, got } = recorder()
  feed(Uint8Array.of(...bytes('data: 1\n\n: '), 0xE4)) // the rest does not follow
  feed(bytes('\nxdata: 2\n\n\n: ü\ndata: 3\n\n')) // as many characters as bytes, with the one before
  feed(new Int8Array(bytes('data: é\n\n').buffer, 0, 7))
  feed(new Int8Array(bytes('data: é\n\n').buffer, 7))
  assert.deepEqual(got, [message('1'), message('3'), message('é')])
})

test('a string with a byte order mark', () => {
  const { feed, got } = recorder()
  feed('\uFEFF')
  feed('data: 1\n\n\uFEFFdata: 2\n\n')
  assert.deepEqual(got, [message('1')])
})

test('callbacks for comments and reconnection times', () => {
  const comments = []
  const times = []
  const parser = createParser({ onComment: text => comments.push(text), onRetry: time => times.push(time) })
  assert.equal(parser.reconnectionTime, 3000)
  parser.feed(': one\n:two\n:')
  parser.feed(' th')
  parser.feed('ree\nretry: 10\nretry: 1x\nretry\nretry:\nretry: 99999999999\n')
  assert.deepEqual(comments, ['one', 'two', 'three'])
  assert.deepEqual(times, [10, 2147483647])
  assert.equal(parser.reconnectionTime, 2147483647)
})

test('the last event ID is that of the last complete block', () => {
  const parser = createParser({ lastEventId: 'before' })
  assert.equal(parser.lastEventId, 'before')
  parser.feed('id: 1\n\nid: 2\n')
  assert.equal(parser.lastEventId, '1')
  parser.reset()
  parser.feed('data\n\n')
  assert.equal(parser.lastEventId, '1')
})

test('reset discards what is unfinished', () => {
  const { feed, reset, got } = recorder()
  feed('event: x\ndata: 1\nid: 9\ndata: unfini')
  reset()
  feed(bytes('data: 2\n\ndata: \u00e9').subarray(0, -1)) // cut inside a character
  reset()
  feed(bytes('\uFEFFdata: 3\n\n'))
  feed('data: 4\r')
  reset()
  feed('\ndata: 5\n\n')
  assert.deepEqual(got, [message('2'), message('3'), message('5')])
})

for (const [form, chunk] of Object.entries(forms)) {
  test('a callback may reset the parser: the rest of the chunk is discarded, ' + form, () => {
    const got = []
    for (const stream of ['data: 1\n\ndata: 2\n\nda', 'data: 1\ndata\n\ndata: 2\n\nda', 'retry: 1\ndata: 2\n\nda', ':1\ndata: 2\n\nda']) {
      const stop = value => {
        got.push(value)
        parser.reset()
      }
      const parser = createParser({ onEvent: event => stop(event.data), onRetry: stop, onComment: stop })
      parser.feed(chunk(stream))
      parser.feed(chunk('data: 3\n\n'))
    }
    assert.deepEqual(got, ['1', '3', '1\n', '3', 1, '3', '1', '3'])
  })

  test('after a callback has thrown, the next call continues with what follows, ' + form, () => {
    for (const end of ['\n', '\r\n']) {
      const got = []
      const parser = createParser({
        onEvent(event) {
          got.push(event.data)
          if (event.data == 'bad') throw new Error('of the callback')
        }
      })
      const feed = text => parser.feed(chunk(text.replace(/\n/g, end)))
      assert.throws(() => feed('data: 1\n\ndata: bad\n\ndata: 2\n\ndata: unfin'), /of the callback/)
      feed('ished\n\ndata: bad\n')
      assert.throws(() => feed('\n'), /of the callback/)
      feed('data: 3\n\ndata: 4\n')
      assert.throws(() => feed('\ndata: bad\ndata\n\ndata: bad\n\ndata: 5\n\n'), /of the callback/)
      feed('data: 6\n\n')
      assert.deepEqual(got, ['1', 'bad', '2', 'unfinished', 'bad', '3', '4', 'bad\n', 'bad', '5', '6'])
    }
  })
}

test('a callback must not feed', () => {
  const parser = createParser({ onEvent: () => parser.feed('data: 2\n\n') })
  assert.throws(() => parser.feed('data: 1\n\n'), { message: 'feed: a callback must not feed the parser that calls it' })
})

test('the limit does not depend on chunks', () => {
  const streams = {
    'data: 5678\n\n': 'ok',
    'data: 56789\n\n': 'too large',
    'id: 1\ndata\n\ndata: 5678\n\nid: 7890\n\n': 'ok',
    'id: 1\ndata\nid: 2\n\n': 'too large',
    'data\ndata\ndata\n': 'too large',
    ': comments do not count\nunknown: neither\nretry: 10\ndata: 5678\n\n': 'ok',
    'data: 5\nretry: 10\n': 'too large',
    'retry: 00010\n': 'too large'
  }
  for (const [stream, want] of Object.entries(streams)) {
    for (let size = 1; size <= stream.length; size++) {
      for (const form in forms) {
        const { feed } = recorder({ maxEventSize: 10 })
        const run = () => {
          for (let at = 0; at < stream.length; at += size) feed(forms[form](stream.slice(at, at + size)))
        }
        if (want == 'ok') run()
        else assert.throws(run, { name: 'RangeError', message: /^feed: an event is larger than maxEventSize, 10 characters; / }, stream)
      }
    }
  }
})

test('an event that is too large is the last one until reset', () => {
  const { feed, reset, got } = recorder({ maxEventSize: 20 })
  assert.throws(() => feed('data: 1\n\ndata: 345678901234567890 and so on'), RangeError)
  assert.throws(() => feed('data: 2\n\n'), RangeError)
  reset()
  feed('data: 3\n\n')
  assert.deepEqual(got, [message('1'), message('3')])
})

test('lines that are no fields take no memory', () => {
  const { feed, got } = recorder({ maxEventSize: 100 })
  for (const start of [':', 'other: ', 'dat', 'datax']) {
    feed(start)
    for (let i = 0; i < 1000; i++) feed('endless ')
    feed('\n')
  }
  feed('data: 1\n\n')
  assert.deepEqual(got, [message('1')])
})

test('invalid options', () => {
  const tests = [
    [1, 'the options must be an object'],
    [{ onevent() {} }, 'unknown option onevent'],
    [{ onEvent: 1 }, 'onEvent must be a function'],
    [{ onRetry: null }, 'onRetry must be a function'],
    [{ maxEventSize: 0 }, 'maxEventSize must be from 1 to 134217728'],
    [{ maxEventSize: 'many' }, 'maxEventSize must be from 1 to 134217728'],
    [{ lastEventId: 1 }, 'lastEventId must be a string without NUL, CR and LF'],
    [{ lastEventId: 'a\nb' }, 'lastEventId must be a string without NUL, CR and LF']
  ]
  for (const [options, what] of tests) {
    assert.throws(() => createParser(options), { name: 'TypeError', message: 'createParser: ' + what })
  }
  createParser({ onEvent: undefined, maxEventSize: undefined })
  assert.throws(() => parse([], { onEvent() {} }), { message: 'parse: unknown option onEvent' })
  assert.throws(() => new ParserStream({ limit: 1 }), { message: 'ParserStream: unknown option limit' })
})

test('parse takes streams and iterables', async () => {
  async function* later() {
    yield 'data: 1\n'
    yield bytes('\ndata: 2\n\n')
  }
  const want = [message('1'), message('2')]
  assert.deepEqual(await all(parse(streamOf('data: 1\n', bytes('\ndata: 2\n\n')))), want)
  assert.deepEqual(await all(parse(later())), want)
  assert.deepEqual(await all(parse(['data: 1\n', bytes('\ndata: 2\n\n')])), want)
  assert.deepEqual(await all(parse([])), [])
  for (const source of [null, undefined, 1, {}, new Response('')]) {
    assert.throws(() => parse(source), { name: 'TypeError', message: /^parse: the source must be a ReadableStream, such as response.body/ })
  }
})

test('parse cannot take a locked stream', () => {
  const stream = streamOf('data: 1\n\n')
  stream.getReader()
  assert.throws(() => parse(stream), TypeError)
})

test('the end of the source discards an event without a blank line', async () => {
  for (const end of ['', '\n', '\r', ' ']) {
    assert.deepEqual(await all(parse(['data: 1\n\ndata: 2' + end])), [message('1')])
    assert.deepEqual(await all(streamOf('data: 1\n\ndata: 2' + end).pipeThrough(new ParserStream())), [message('1')])
  }
  assert.deepEqual(await all(parse(['data: 1\n\ndata: 2\r\r'])), [message('1'), message('2')])
})

test('parse releases the stream at its end', async () => {
  const stream = streamOf('data: 1\n\n')
  await all(parse(stream))
  assert.equal(stream.locked, false)
})

test('leaving the loop cancels the source', async () => {
  let cancelled = false
  let returned = false
  const stream = new ReadableStream({
    pull(controller) { controller.enqueue('data: 1\n\ndata: 2\n\n') },
    cancel() { cancelled = true }
  })
  for await (const event of parse(stream)) {
    assert.deepEqual(event, message('1'))
    break
  }
  assert.equal(cancelled, true)
  assert.equal(stream.locked, false)

  async function* endless() {
    try {
      for (;;) yield 'data: 1\n\n'
    } finally {
      returned = true
    }
  }
  const events = parse(endless())
  await events.next()
  assert.deepEqual(await events.return('x'), { value: 'x', done: true })
  assert.equal(returned, true)
  assert.deepEqual(await events.next(), { value: undefined, done: true })
})

test('a failing source: first the events before it, then its error, once', async () => {
  async function* failing() {
    yield 'data: 1\n\ndata: 2\n\ndata: 3\n'
    throw new Error('lost')
  }
  const events = parse(failing())
  assert.deepEqual((await events.next()).value, message('1'))
  assert.deepEqual((await events.next()).value, message('2'))
  await assert.rejects(events.next(), /lost/)
  assert.deepEqual(await events.next(), { value: undefined, done: true })
})

test('an event that is too large: first the events before it, then the error', async () => {
  let cancelled = false
  const stream = new ReadableStream({
    start(controller) { controller.enqueue('data: 1\n\ndata: too large\n\n') },
    cancel() { cancelled = true }
  })
  const events = parse(stream, { maxEventSize: 10 })
  assert.deepEqual((await events.next()).value, message('1'))
  await assert.rejects(events.next(), RangeError)
  assert.equal(cancelled, true)
})

test('several calls of next are answered in order', async () => {
  const events = parse(streamOf('data: 1\n\n', 'data: 2\n\ndata: 3\n\n'))
  const results = await Promise.all([1, 2, 3, 4, 5].map(() => events.next()))
  assert.deepEqual(results.map(result => result.value?.data), ['1', '2', '3', undefined, undefined])
})

test('parse reads no further than it is asked to', async () => {
  let read = 0
  async function* chunks() {
    for (;;) yield `data: ${++read}\n\n`
  }
  const events = parse(chunks())
  await events.next()
  await events.next()
  assert.equal(read, 2)
})

test('several streams in one ParserStream', async () => {
  const stream = new ParserStream()
  const events = all(stream.readable)
  assert.equal(stream.lastEventId, '')
  assert.equal(stream.reconnectionTime, 3000)
  await streamOf('retry: 7\nid: 1\ndata: a\n\ndata: unfini').pipeTo(stream.writable, { preventClose: true })
  stream.reset()
  await streamOf('data: b\n\n').pipeTo(stream.writable)
  assert.deepEqual(await events, [message('a', '1'), message('b', '1')])
  assert.equal(stream.lastEventId, '1')
  assert.equal(stream.reconnectionTime, 7)
})

test('a ParserStream fails with the event that is too large', async () => {
  await assert.rejects(all(streamOf('data: too large\n\n').pipeThrough(new ParserStream({ maxEventSize: 10 }))), RangeError)
  assert.throws(() => ParserStream(), { name: 'TypeError', message: "ParserStream: use 'new'" })
})

test('an engine without TextDecoder parses strings', () => {
  const code = `
    var exports = {};
    (function () { ${createRequire(import.meta.url)('node:fs').readFileSync(new URL('../dist/parser.cjs', import.meta.url), 'utf8')} })()
    var got = []
    exports.createParser({ onEvent: function (event) { got.push(event.data) } }).feed('data: 1\\n\\n')
    got.join()`
  assert.equal(vm.runInNewContext(code), '1')
})

test('an empty chunk does not end a cut character', () => {
  const { feed, got } = recorder()
  for (const byte of bytes('data: größe 中 😀\n\n')) {
    feed(Uint8Array.of(byte))
    feed(new Uint8Array(0))
    feed('')
  }
  assert.deepEqual(got, [message('größe 中 😀')])
})
