// Runs the second build with a stand-in for a page, and a clock that can be set.

import http from 'node:http'
const listeners = {}
globalThis.addEventListener = () => {}
globalThis.document = { hidden: true, addEventListener: (type, f) => { listeners[type] = f }, removeEventListener() {} }
const set = setTimeout, now = Date.now
let check // the callback of the timer that notices sleep
let slept = 0
globalThis.setTimeout = (f, ms, ...rest) => ms == 30000 ? (check = f, 0) : set(f, ms, ...rest)
Date.now = () => now() + slept
const { EventSource } = await import(process.argv[2] || 'eventsource-wasm/plus')
const pause = ms => new Promise(r => set(r, ms))
const until = async condition => { while (!condition()) await pause(10) }
const hits = {}
const server = http.createServer((q, r) => {
  hits[q.url] = (hits[q.url] || 0) + 1
  if (q.url.startsWith('/busy') && hits[q.url] < 3) return r.writeHead(503).end()
  r.writeHead(200, { 'Content-Type': 'text/event-stream' })
  r.flushHeaders()
  if (!/silent/.test(q.url)) r.write('retry: 10\nid: 1\ndata: x\n\n')
}).listen(0, '127.0.0.1')
await new Promise(r => server.on('listening', r))
const base = 'http://127.0.0.1:' + server.address().port

// Hidden from the start.
const log = []
const paused = new EventSource(base + '/paused', { whenHidden: 'pause' })
paused.onerror = e => log.push(e.reason)
paused.onopen = () => log.push('open')
await until(() => log.length)
await pause(200)
console.log('hidden:', log.join(), 'requests', hits['/paused'] || 0)
document.hidden = false
listeners.visibilitychange()
await until(() => log.length > 1)
console.log('shown:', log.join(), 'requests', hits['/paused'])
paused.close()

// Hidden and shown during a wait: the timer of that wait must not end a later one.
const late = new EventSource(base + '/busy?late', { whenHidden: 'pause', reconnect: { delay: 1000, factor: 1000, max: 600000, jitter: 0 } })
await until(() => hits['/busy?late'] && late.readyState == 0)
await pause(200)
document.hidden = true
listeners.visibilitychange()
await pause(50)
document.hidden = false
listeners.visibilitychange()
await until(() => hits['/busy?late'] == 2)
await pause(1500)
console.log('waits:', hits['/busy?late'], 'requests')
late.close()
delete hits['/busy?late']

// Headers without bytes.
console.error = (...a) => log.push(a.join(' ').replace(base, ''))
log.length = 0
const silent = new EventSource(base + '/silent?token=1', { idleTimeout: 800, reconnect: { delay: 10 } })
silent.onerror = e => log.push(e.reason)
await until(() => log.length > 2)
silent.close()
console.log('silent:', log.slice(0, 3).join('; '))

// Sleep.
const sources = [], waits = []
for (let i = 0; i < 10; i++) {
  const s = new EventSource(base + '/busy?' + i, { reconnect: { delay: 500, factor: 1000, jitter: 0.5, max: 600000 } })
  s.onerror = e => waits.push(e.delay)
  sources.push(s)
}
const open = new EventSource(base + '/open', { reconnect: {} })
let reason
open.onerror = e => reason = e.reason
const count = () => Object.keys(hits).filter(k => k.startsWith('/busy')).reduce((n, k) => n + hits[k], 0)
await until(() => count() == 20 && waits.length == 20 && open.readyState == 1)
check()
await pause(700)
console.log('not late:', count(), reason)
slept = 600000
check()
await until(() => count() == 30 && reason && open.readyState == 1)
console.log('late:', count(), reason)
process.exit()
