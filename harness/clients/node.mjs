// Judges a class shaped like EventSource in Node:
//
//   harness run --client 'node harness/clients/node.mjs eventsource'
//   harness run --client 'node --experimental-eventsource harness/clients/node.mjs undici'
//
// The argument is a package, or the path of a module, that exports EventSource.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const require = createRequire(process.cwd() + '/')
const name = process.argv[2]
const path = require.resolve(name)
const module = await import(pathToFileURL(path))
const EventSource = module.EventSource ?? module.default?.EventSource ?? module.default
let version = process.version
try { version = require(name + '/package.json').version } catch { /* not a package, or it exports no manifest */ }

const sources = new Map()
const write = message => process.stdout.write(JSON.stringify(message) + '\n')

function open({ open: id, url, types, close }) {
  const source = new EventSource(url)
  sources.set(id, source)
  let seen = 0
  for (const type of types) {
    source.addEventListener(type, event => {
      const { data, lastEventId, origin } = event
      write({ in: id, event: { type: event.type, data, lastEventId, origin, readyState: source.readyState } })
      if (close?.on === type && ++seen === close.nth) source.close()
    })
  }
  if (close?.on === 'construct') source.close()
}

write({ ready: {
  protocol: 1,
  name: `${name.replace(/.*\//, '')} ${version}`,
  reports: ['open', 'error', 'lastEventId', 'readyState'],
  can: ['reconnect', 'close']
} })
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.open) open(message)
  else if (message.close) {
    sources.get(message.close)?.close()
    sources.delete(message.close)
  }
}
process.exit()
