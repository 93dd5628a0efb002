// What the page's own functions, its server and its impatience may do to a source of the
// second build, in Node.js.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import test, { after } from 'node:test'

// A stand-in for a page's visibility.
const listeners = []
globalThis.document = {
  hidden: false,
  addEventListener: (type, listener) => { listeners.push(listener) },
  removeEventListener: (type, listener) => { listeners.splice(listeners.indexOf(listener), 1) }
}
const { EventSource } = await import('../dist/eventsource-plus-portable.mjs')
const { fetchEventSource } = await import('../dist/fetch-event-source-portable.mjs')

const never = new Promise(() => {})
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
async function until(condition) {
  for (const end = Date.now() + 10000; !condition();) {
    assert(Date.now() < end, String(condition))
    await pause(5)
  }
}

let current = 0 // connections
let requests = []
const server = createServer(async (request, response) => {
  current++
  response.on('close', () => { current-- })
  let body = ''
  for await (const chunk of request) body += chunk
  requests.push({ ...request.headers, body })
  const stream = () => response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  if (request.url == '/redirect') response.writeHead(302, { Location: '/' }).end()
  else if (request.url == '/forbidden') response.writeHead(403).end('why')
  else if (request.url == '/page') response.writeHead(200, { 'Content-Type': 'text/html' }).end('log in')
  else if (request.url == '/busy') response.writeHead(503, { 'Retry-After': new Date(Date.now() + 60 * 864e5).toUTCString() }).end()
  else if (request.url == '/ended') stream().end('retry: 1\nid: 7\ndata: 1\n\n')
  else if (request.url == '/cut') {
    stream().write('data: 1\n\ndata: 2\n\n')
    setTimeout(() => response.destroy(), 20)
  } else stream().write('data: 1\n\n')
}).listen(0)
await once(server, 'listening')
const base = 'http://localhost:' + server.address().port
after(() => { server.close(); server.closeAllConnections() })

// Returns a source and what it has dispatched.
function opened(path, options) {
  const source = new EventSource(base + path, options)
  const got = []
  for (const type of ['open', 'message']) source.addEventListener(type, () => { got.push(type) })
  source.addEventListener('error', event => { got.push(event) })
  return { source, got }
}

// Returns the first error event.
async function failure(path, options) {
  const { source, got } = opened(path, options)
  await until(() => got.some(event => event.reason))
  source.close()
  return got.find(event => event.reason)
}

test('a fetch option that throws, rejects or returns something else is a lost connection, with its error', async () => {
  const boom = new Error('boom')
  for (const fetch of [() => { throw boom }, () => Promise.reject(boom)]) {
    for (const headers of [undefined, async () => ({ a: 'b' })]) {
      const event = await failure('/', { fetch, headers, reconnect: false })
      assert.equal(event.reason, 'network')
      assert.equal(event.error, boom)
    }
  }
  for (const value of [undefined, null, 1, {}, { status: 200 }]) {
    for (const fetch of [() => value, async () => value]) {
      for (const headers of [undefined, async () => ({ a: 'b' })]) {
        const event = await failure('/', { fetch, headers, reconnect: false })
        assert.equal(event.reason, 'network')
        assert.equal(event.error.name, 'TypeError')
      }
    }
  }
})

test('close in any function of the page ends the request, and nothing is dispatched', async () => {
  let source
  const close = () => source.close()
  const ways = {
    headers: { headers() { close(); return {} } },
    'headers, later': { async headers() { await null; close(); return {} } },
    fetch: { fetch(url, init) { close(); return fetch(url, init) } },
    'fetch, without the signal': { fetch(url, init) { setTimeout(close); return fetch(url, { headers: init.headers }) } }
  }
  for (const what of ['request', 'bytes', 'open', 'event', 'error']) {
    ways['observe ' + what] = { observe(now) { if (now == what) close() } }
  }
  const allowed = { 'observe bytes': ['open'], 'observe event': ['open'], 'observe error': ['open', 'message'] }
  for (const [way, options] of Object.entries(ways)) {
    const all = opened(way == 'observe error' ? '/ended' : '/', options)
    source = all.source
    await until(() => source.readyState == EventSource.CLOSED)
    await pause(50)
    await until(() => !current)
    assert.deepEqual(all.got, allowed[way] || [], way)
  }
})

test('headers that fail after the source has gone on change nothing', async () => {
  let reject
  const { source, got } = opened('/', {
    whenHidden: 'pause',
    headers: attempt => attempt ? never : new Promise((resolve, r) => { reject = r })
  })
  await until(() => reject)
  for (const hidden of [true, false]) {
    document.hidden = hidden
    listeners.forEach(listener => listener())
    await pause(20)
  }
  reject(new Error('late'))
  await pause(20)
  document.hidden = true
  listeners.forEach(listener => listener())
  await until(() => got.length == 2)
  document.hidden = false
  assert.deepEqual(got.map(event => [event.reason, event.error]), [['hidden', null], ['hidden', null]])
  source.close()
})

test('only one read at a time, also if the page is shown again and again', async () => {
  let reads = 0
  const { source, got } = opened('/', {
    whenHidden: 'pause',
    fetch: async () => ({ status: 200, headers: { get: () => 'text/event-stream' }, body: { getReader: () => ({ read: () => (reads++, never), cancel: async () => {} }) } })
  })
  await until(() => got.length)
  for (let i = 0; i < 3; i++) listeners.forEach(listener => listener())
  await pause(20)
  assert.equal(reads, 1)
  source.close()
})

test('a redirect that is not followed has its reason', async () => {
  const event = await failure('/redirect', { headers: { a: 'b' } })
  assert.deepEqual([event.reason, event.willReconnect], ['redirect', false])
})

test('body returns the text of a refused response, however often, and none of a stream', async () => {
  for (const [path, text] of Object.entries({ '/forbidden': 'why', '/page': 'log in', '/ended': '', '/cut': '' })) {
    const source = new EventSource(base + path, { reconnect: false })
    const texts = await new Promise(resolve => {
      source.onerror = event => resolve(Promise.all([event.body(), event.body()]))
    })
    assert.deepEqual(texts, [text, text], path)
  }
})

test('an iteration that is late for a lost connection rejects after the events', async () => {
  const source = new EventSource(base + '/cut', { reconnect: false })
  const events = source[Symbol.asyncIterator]()
  await until(() => source.readyState == EventSource.CLOSED)
  await pause(20)
  assert.equal((await events.next()).value.data, '1')
  assert.equal((await events.next()).value.data, '2')
  await assert.rejects(events.next(), { message: 'EventSource failed: network' })
  assert.deepEqual(await events.next(), { value: undefined, done: true })
})

test('nothing follows an iteration that was left', async () => {
  const source = new EventSource(base + '/cut')
  const events = source[Symbol.asyncIterator]()
  await events.next()
  await pause(10)
  await events.return()
  assert.deepEqual(await events.next(), { value: undefined, done: true })
})

test('headers may be a Headers', async () => {
  const headers = new Headers({ authorization: 'secret' })
  for (const given of [headers, async () => headers]) {
    requests = []
    const { source } = opened('/', { headers: given })
    await until(() => requests.length)
    assert.equal(requests[0].authorization, 'secret')
    source.close()
  }
})

test('the ID of the stream replaces that of the headers', async () => {
  requests = []
  const { source } = opened('/ended', { headers: { 'last-event-id': '5' } })
  await until(() => requests.length > 1)
  source.close()
  assert.deepEqual(requests.slice(0, 2).map(headers => headers['last-event-id']), ['5', '7'])
})

test('a stream as body is sent', async () => {
  requests = []
  const { source } = opened('/', { body: new Blob(['question']).stream(), reconnect: false })
  await until(() => requests.length)
  assert.equal(requests[0].body, 'question')
  source.close()
})

test('a wait longer than timers support is the longest one', async () => {
  const event = await failure('/busy', { reconnect: { delay: 1 } })
  assert.deepEqual([event.reason, event.delay], ['status', 2147483647])
})

test('what is no function or signal is a TypeError, and no source remains', async () => {
  requests = []
  for (const [name, kind] of Object.entries({ fetch: 'a function', observe: 'a function', signal: 'an AbortSignal' })) {
    for (const value of [{}, 'x', 1]) {
      assert.throws(() => new EventSource(base, { [name]: value }), { name: 'TypeError', message: "Failed to construct 'EventSource': " + name + ' must be ' + kind })
    }
  }
  await pause(20)
  assert.deepEqual(requests, [])
})

// A signal that counts its listeners.
function counted() {
  const signal = new AbortController().signal
  const add = signal.addEventListener
  const remove = signal.removeEventListener
  let count = 0
  signal.addEventListener = function (...all) { count++; return add.apply(this, all) }
  signal.removeEventListener = function (...all) { count--; return remove.apply(this, all) }
  return { signal, count: () => count }
}

test('a closed source is not kept by its signal or the page', async () => {
  const { signal, count } = counted()
  const { source } = opened('/', { signal, whenHidden: 'pause' })
  assert.deepEqual([count(), listeners.length], [1, 1])
  source.close()
  assert.deepEqual([count(), listeners.length], [0, 0])
  const failed = opened('/forbidden', { signal, whenHidden: 'pause' })
  await until(() => failed.source.readyState == EventSource.CLOSED)
  assert.deepEqual([count(), listeners.length], [0, 0])
})

test('fetchEventSource leaves its signal when it is done', async () => {
  const { signal, count } = counted()
  let result
  const done = fetchEventSource(base + '/ended', { signal, fetch: (url, init) => { result = count(); return fetch(url, { headers: init.headers }) } })
  await done
  assert.deepEqual([result, count()], [1, 0])
})

test('a program whose runtime has addEventListener ends after close', async () => {
  const program = `
    globalThis.addEventListener = () => {}
    const { EventSource } = await import(${JSON.stringify(import.meta.resolve('../dist/eventsource-plus-portable.mjs'))})
    const source = new EventSource('${base}', { reconnect: {} })
    source.onopen = () => source.close()`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' })
  const [code] = await Promise.race([once(child, 'exit'), pause(10000).then(() => ['still running'])])
  child.kill()
  assert.equal(code, 0)
})
