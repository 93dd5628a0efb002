// Judges a parser alone, here that of the package eventsource-parser:
//
//   harness run --client 'node harness/clients/parser.mjs'
//
// A parser gets the bytes of a stream in place of its URL, and reports messages only.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const require = createRequire(process.cwd() + '/')
const { createParser } = await import(pathToFileURL(require.resolve('eventsource-parser')))
const streams = new Map()
const write = message => process.stdout.write(JSON.stringify(message) + '\n')

function begin(id) {
  let lastEventId = ''
  const parser = createParser({
    onEvent(event) {
      lastEventId = event.id ?? lastEventId
      write({ in: id, event: { type: event.event || 'message', data: event.data, lastEventId } })
    }
  })
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true }) // the parser removes a byte order mark
  return bytes => parser.feed(decoder.decode(bytes, { stream: true }))
}

write({ ready: { protocol: 1, name: 'eventsource-parser', reports: ['lastEventId'], can: ['feed'] } })
for await (const line of createInterface({ input: process.stdin })) {
  const { feed, bytes, close } = JSON.parse(line)
  if (feed && !streams.has(feed)) streams.set(feed, begin(feed))
  if (bytes) streams.get(feed)(Buffer.from(bytes, 'base64'))
  if (close) streams.delete(close)
}
