import { createParser, parse, ParserStream, type Parser, type StreamEvent } from 'eventsource-wasm/parser'

const parser: Parser = createParser({
  onEvent: (event: StreamEvent) => { const all: string[] = [event.type, event.data, event.lastEventId]; all.pop() },
  onRetry: (time: number) => { time.toFixed() },
  maxEventSize: 1000,
})
parser.feed('data: 1\n\n')
parser.feed(new Uint8Array(1))
parser.reset()
const time: number = parser.reconnectionTime

async function read(source: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const event of parse(source, { lastEventId: '7' })) return event.data
  for await (const event of parse(['data: 1\n\n'])) return event.type
  return new ParserStream().lastEventId
}
read

// @ts-expect-error
createParser({ onevent() {} })
// @ts-expect-error
parser.feed(1)
// @ts-expect-error
parser.reconnectionTime = time
// @ts-expect-error
parse(1)
// @ts-expect-error
parse([], { onEvent() {} })
