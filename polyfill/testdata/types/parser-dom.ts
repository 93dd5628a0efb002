import { parse, ParserStream, type StreamEvent } from 'eventsource-wasm/parser'

async function read(response: Response) {
  for await (const event of parse(response.body!)) {
    const data: string = event.data
    return data
  }
  const stream: ReadableStream<StreamEvent> = response.body!.pipeThrough(new ParserStream({ maxEventSize: 1 }))
  return stream
}
read
