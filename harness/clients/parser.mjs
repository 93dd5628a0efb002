// Judges just a parser, here one of several packages:
//
//   harness run --client 'node harness/clients/parser.mjs eventsource-parser/stream'
//
// A parser gets the bytes of a stream in place of its URL, and reports messages only.
import { load, serve } from './protocol.mjs'

const path = process.argv[2]
const { exports, title } = await load(path)
const message = (event, data) => ({ type: event || 'message', data })

// How each package reads a stream of bytes.
const withId = {
  async 'eventsource-wasm/parser'({ parse }, bytes, report) {
    for await (const event of parse(bytes)) report(event)
  },
  async 'eventsource-parser/stream'({ EventSourceParserStream }, bytes, report) {
    let lastEventId = '' // the package has the id field of each event
    const text = bytes.pipeThrough(new TextDecoderStream('utf-8', { ignoreBOM: true })) // it removes a byte order mark itself
    for await (const { event, data, id } of text.pipeThrough(new EventSourceParserStream())) {
      lastEventId = id ?? lastEventId
      report({ ...message(event, data), lastEventId })
    }
  },
  async 'parse-sse'({ parseServerSentEvents }, bytes, report) {
    const response = new Response(bytes, { headers: { 'Content-Type': 'text/event-stream' } })
    for await (const event of parseServerSentEvents(response)) report(event)
  },
  async '@server-sent-stream/web'({ default: { default: EventSourceStream } }, bytes, report) {
    for await (const { type, data, lastEventId } of bytes.pipeThrough(new EventSourceStream())) {
      report({ type, data, lastEventId })
    }
  },
  async '@azure/core-sse'({ createSseStream }, bytes, report) {
    for await (const { event, data, id } of createSseStream(bytes)) report({ ...message(event, data), lastEventId: id })
  }
}
const withoutId = {
  async 'openai/core/streaming'({ _iterSSEMessages }, bytes, report) {
    const messages = _iterSSEMessages(new Response(bytes), new AbortController())
    for await (const { event, data } of messages) report(message(event, data))
  },
  async '@anthropic-ai/sdk/core/streaming'(exports, bytes, report) {
    await withoutId['openai/core/streaming'](exports, bytes, report) // of the same origin
  },
  async '@microsoft/fetch-event-source/lib/cjs/parse.js'({ getBytes, getLines, getMessages }, bytes, report) {
    const onMessage = ({ event, data }) => report(message(event, data))
    await getBytes(bytes, getLines(getMessages(() => {}, () => {}, onMessage)))
  },
  async '@ant-design/x-sdk'({ XStream, default: all }, bytes, report) {
    const events = (XStream ?? all.XStream)({ readableStream: bytes })
    for await (const { event, data = '' } of events) report(message(event, data))
  }
}

serve({ name: title, reports: path in withId ? ['lastEventId'] : [], can: ['feed'] },
  (bytes, report) => (withId[path] ?? withoutId[path])(exports, bytes, report))
