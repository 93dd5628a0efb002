import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import test from 'node:test'
import { EventSource } from '../dist/eventsource-plus-portable.mjs'

const bytes = text => new TextEncoder().encode(text)

function streamOf(...chunks) {
  return new ReadableStream({
    start(controller) {
      chunks.forEach(chunk => controller.enqueue(chunk))
      controller.close()
    }
  })
}

// Resolves with what a source has dispatched until it is closed, each line with its
// readyState.
function dispatched(source, ...types) {
  const lines = []
  return new Promise(resolve => {
    for (const type of ['open', 'message', 'error', ...types]) {
      source.addEventListener(type, event => {
        lines.push([event.type, event.data, event.lastEventId, event.reason, source.readyState].filter(part => part !== undefined).join(' '))
        if (source.readyState == EventSource.CLOSED) setTimeout(resolve, 20, lines) // nothing follows
      })
    }
  })
}

test('a new source', async () => {
  const source = EventSource.fromReadableStream(streamOf())
  assert(source instanceof EventSource)
  assert.equal(source.readyState, EventSource.CONNECTING)
  assert.equal(source.url, 'about:event-stream')
  assert.equal(source.withCredentials, false)
  assert.equal(source.lastEventId, '')
  assert.deepEqual(await dispatched(source), ['open 1', 'error end 2'])
})

test('open, the events, and one error when the stream ends', async () => {
  const source = EventSource.fromReadableStream(streamOf(bytes('\uFEFFid: 7\ndata: a\n\nevent: x\nretry: 1\nda'), bytes('ta: b\r\n\r\ndata: cut\n')))
  let origin
  source.addEventListener('x', event => { origin = event.origin })
  assert.deepEqual(await dispatched(source, 'x'), ['open 1', 'message a 7 1', 'x b 7 1', 'error end 2'])
  assert.equal(origin, 'null')
  assert.equal(source.lastEventId, '7')
})

test('characters may be cut anywhere', async () => {
  const source = EventSource.fromReadableStream(streamOf(...Array.from(bytes('data: größe 中 😀\n\n'), byte => Uint8Array.of(byte))))
  assert.deepEqual(await dispatched(source), ['open 1', 'message größe 中 😀  1', 'error end 2'])
})

test('the body of a response, of any type', async () => {
  const server = createServer((request, response) => response.end('data: ' + request.method + '\n\n')).listen(0)
  await new Promise(resolve => server.once('listening', resolve))
  const response = await fetch('http://localhost:' + server.address().port, { method: 'POST' })
  assert.deepEqual(await dispatched(EventSource.fromReadableStream(response.body)), ['open 1', 'message POST  1', 'error end 2'])
  server.close()
})

test('an iteration ends with the stream', async () => {
  const texts = []
  for await (const event of EventSource.fromReadableStream(streamOf(bytes('data: a\n\ndata: b\n\n')))) texts.push(event.data)
  assert.deepEqual(texts, ['a', 'b'])
})

test('a stream that fails: its events, then one error event that has its error', async () => {
  const failure = new Error('cut')
  let count = 0
  const stream = new ReadableStream({
    pull(controller) {
      if (count++) controller.error(failure)
      else controller.enqueue(bytes('data: a\n\ndata: b\n'))
    }
  })
  const source = EventSource.fromReadableStream(stream)
  let error
  source.onerror = event => { error = event.error }
  assert.deepEqual(await dispatched(source), ['open 1', 'message a  1', 'error network 2'])
  assert.equal(error, failure)
})

test('chunks that are no bytes are an error', async () => {
  for (const chunk of ['data: a\n\n', new ArrayBuffer(1), new Uint16Array(1), null]) {
    const source = EventSource.fromReadableStream(streamOf(chunk))
    let error
    source.onerror = event => { error = event.error }
    assert.deepEqual(await dispatched(source), ['open 1', 'error network 2'])
    assert.equal(error.message, 'fromReadableStream: the chunks of the stream must be Uint8Arrays')
  }
})

test('the stream is locked at once, and a locked one is a TypeError', () => {
  const stream = streamOf()
  EventSource.fromReadableStream(stream).close()
  const locked = streamOf()
  locked.getReader()
  assert.throws(() => EventSource.fromReadableStream(locked), { name: 'TypeError', message: 'fromReadableStream: the stream is locked: something else reads it' })
  const used = streamOf()
  EventSource.fromReadableStream(used)
  assert.throws(() => EventSource.fromReadableStream(used), TypeError)
})

test('what is no stream is a TypeError', () => {
  for (const value of [undefined, null, 1, {}, [], new Response('')]) {
    assert.throws(() => EventSource.fromReadableStream(value), { name: 'TypeError', message: 'fromReadableStream: the argument must be a ReadableStream, such as response.body' })
  }
})

test('close cancels and releases the stream, at any time', async () => {
  for (const when of ['at once', 'open', 'message']) {
    let cancelled = false
    const stream = new ReadableStream({
      start(controller) { controller.enqueue(bytes('data: a\n\ndata: b\n\n')) },
      cancel() { cancelled = true }
    })
    const source = EventSource.fromReadableStream(stream)
    const seen = []
    source.onmessage = event => seen.push(event.data)
    source.onerror = () => seen.push('error')
    if (when == 'at once') source.close()
    else source.addEventListener(when, () => source.close())
    await new Promise(resolve => setTimeout(resolve, 50))
    assert.equal(source.readyState, EventSource.CLOSED, when)
    assert(cancelled, when)
    assert(!stream.locked, when)
    assert.deepEqual(seen, when == 'message' ? ['a'] : [], when)
  }
})
