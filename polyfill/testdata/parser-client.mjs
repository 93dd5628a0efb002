// Judges eventsource-wasm/parser with the protocol of harness/clients/README.md. The
// argument says how it is used: callback, iterator or stream.
import { createInterface } from 'node:readline'
import { createParser, parse, ParserStream } from '../dist/parser.mjs'

const ways = {
  callback: report => {
    const { feed } = createParser({ onEvent: report })
    return { write: feed, close() {} }
  },
  iterator: report => {
    const { readable, writable } = new TransformStream()
    read(parse(readable), report)
    return writable.getWriter()
  },
  stream: report => {
    const { readable, writable } = new ParserStream()
    read(parse(readable.pipeThrough(new TransformStream({ transform: again }))), report)
    return writable.getWriter()
  }
}

async function read(events, report) {
  for await (const event of events) report(event)
}

// Writes an event as a stream, which is parsed once more.
function again({ type, data, lastEventId }, controller) {
  controller.enqueue(`event: ${type}\r\nid: ${lastEventId}\r\ndata: ${data.replaceAll('\n', '\ndata: ')}\r\n\r\n`)
}

const streams = new Map()
const write = message => process.stdout.write(JSON.stringify(message) + '\n')
write({ ready: { protocol: 1, name: 'eventsource-wasm/parser', reports: ['lastEventId'], can: ['feed'] } })
for await (const line of createInterface({ input: process.stdin })) {
  const { feed, bytes, end, close } = JSON.parse(line)
  if (feed && !streams.has(feed)) streams.set(feed, ways[process.argv[2]](event => write({ in: feed, event })))
  if (bytes) streams.get(feed).write(Buffer.from(bytes, 'base64'))
  if (end) streams.get(feed).close()
  if (close) streams.delete(close)
}
