/**
 * Types of `eventsource-wasm/parser`: the parser alone, for programs that read event
 * streams themselves. `createParser` requires only ECMAScript 5, and `TextDecoder` for bytes.
 * `parse` and `ParserStream` require asynchronous iterators and `TransformStream`.
 */

type Global<Name extends string, StandIn> =
  typeof globalThis extends Record<Name, { prototype: infer Instance }> ? Instance : StandIn

interface ReaderStandIn {
  read(): PromiseLike<{ value?: any; done: boolean }>
  cancel(): PromiseLike<any>
  releaseLock(): void
}

interface StreamStandIn {
  getReader(): ReaderStandIn
}

/** An event, with the members of a `MessageEvent`. */
export interface StreamEvent {
  /** `message` unless the stream names another type. */
  type: string
  data: string
  /** Where to continue after this event: the value for `Last-Event-ID`. */
  lastEventId: string
}

/** Bytes or text of a stream, cut anywhere. Bytes require `TextDecoder`. */
export type Chunk = string | Uint8Array | ArrayBuffer

export interface ParseOptions {
  /** Is called with each comment: a line that begins with a colon. */
  onComment?: (comment: string) => void
  /** Is called with each reconnection time that the stream sets, in ms. */
  onRetry?: (reconnectionTime: number) => void
  /** The last event ID so far, if the stream continues another one. Default: `''`. */
  lastEventId?: string
  /** Largest event, in characters of its lines. Default: 134,217,728 (128 Mi). */
  maxEventSize?: number
}

export interface ParserOptions extends ParseOptions {
  /** Is called with each event. */
  onEvent?: (event: StreamEvent) => void
}

export interface Parser {
  /**
   * Parses the next chunk, and calls the callbacks for all that it completes. If a callback
   * throws, so does `feed`; the next call continues after that event.
   *
   * @throws a `RangeError` if an event is larger than `maxEventSize`, then and until `reset()`.
   */
  feed(chunk: Chunk): void
  /** Prepares for another stream: discards an unfinished event, and keeps the two members below. */
  reset(): void
  /** The last event ID of the last block that is complete. */
  readonly lastEventId: string
  /** The reconnection time in ms. Default: 3,000. */
  readonly reconnectionTime: number
}

/** @throws a `TypeError` if an option is invalid. */
export declare function createParser(options?: ParserOptions): Parser

type Events = {
  next(): Promise<{ value: StreamEvent; done?: false } | { value: any; done: true }>
  return(value?: any): Promise<any>
  [Symbol.asyncIterator](): Events
}

/**
 * Iterates over the events of a stream. Leaving the loop cancels the source. An event that
 * the end of the source cuts is discarded, as the standard says.
 *
 * @throws a `TypeError` if the source is a locked stream or an option is invalid.
 */
export declare function parse(
  source: Global<'ReadableStream', StreamStandIn> | StreamStandIn | AsyncIterable<Chunk> | Iterable<Chunk>,
  options?: ParseOptions): Events

/** A transform stream: `response.body.pipeThrough(new ParserStream())`. */
export declare class ParserStream {
  constructor(options?: ParseOptions)
  // @ts-ignore: any without the types of dom or webworker
  readonly readable: ReadableStream<StreamEvent>
  // @ts-ignore
  readonly writable: WritableStream<Chunk>
  /** Discards an unfinished event, before another stream is written. */
  reset(): void
  readonly lastEventId: string
  readonly reconnectionTime: number
}
