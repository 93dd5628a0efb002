/**
 * Types of the second build, `eventsource-wasm/plus`: the standard's class, with options
 * that a native one ignores.
 */

import type { EventSource as Standard, EventSourceInit as StandardInit, StreamEvent } from './index.js'

export type { StreamEvent } from './index.js'

type Global<Name extends string, StandIn> =
  typeof globalThis extends Record<Name, { prototype: infer Instance }> ? Instance : StandIn

interface SignalStandIn {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
}

interface StreamStandIn {
  getReader(): any
}

/** When to reconnect. `{}` stands for the defaults below. */
export interface ReconnectPolicy {
  /** Delay before the first attempt, in ms, until the stream sets one with `retry`. Default: 3,000. */
  delay?: number
  /** The factor by which the delay grows with each attempt. Default: 2. */
  factor?: number
  /** The part of a delay that is random, from 0 to 1. Default: 0.5. */
  jitter?: number
  /** Longest delay, in ms, unless the stream sets a longer one. Default: 30,000. */
  max?: number
  /** How many attempts in a row may receive no part of an event. Default: no limit. */
  attempts?: number
  /** Statuses worth another attempt, at most 16. Default: 429, 502, 503 and 504. */
  statuses?: readonly number[]
  /** Whether to wait at least as long as the header `Retry-After` asks. Default: `true`. */
  retryAfter?: boolean
  /** Whether to reconnect when the server ends the stream. Default: `true`. */
  onEnd?: boolean
  /** Whether to reconnect when the network is back, the page is restored or the device has slept. Default: `true`. */
  onWake?: boolean
}

type HeaderValues = Record<string, string> | Global<'Headers', never>

export interface EventSourceInit extends StandardInit {
  /** Closes the source when aborted. */
  signal?: Global<'AbortSignal', SignalStandIn>
  /**
   * Request headers, or a function that returns them for each request: `attempt` is 0 for the first one. The ID of
   * the stream replaces a `Last-Event-ID` among them.
   */
  headers?: HeaderValues | PromiseLike<HeaderValues> | ((attempt: number) => HeaderValues | PromiseLike<HeaderValues>)
  /** Default: `POST` with a body, else `GET`. */
  method?: string
  /** Sent with each request. A `ReadableStream` requires `reconnect: false`. */
  body?: any
  /** Used instead of the global `fetch`. */
  fetch?: (url: string, init: any) => PromiseLike<any>
  /** Where to continue: `Last-Event-ID` of the first request. */
  lastEventId?: string
  /** The query parameter that carries the last event ID instead of the header. */
  lastEventIdParameter?: string
  /** When to reconnect. Default: as the standard says. `false`: never. */
  reconnect?: ReconnectPolicy | false
  /** What a redirect does. Default: `error` with `headers` or a method other than `GET`, else `follow`. */
  redirect?: 'follow' | 'error'
  /** Longest time without a byte, in ms. Default: no limit. */
  idleTimeout?: number
  /** Largest event, in bytes. Default: 134,217,728 (128 Mi). */
  maxEventSize?: number
  /** Whether comments are dispatched as `comment` events. */
  comments?: boolean
  /** `pause` disconnects while the page is hidden. Default: `keep`. */
  whenHidden?: 'keep' | 'pause'
  /**
   * Whether all tabs of this origin with the same URL and options have one connection. A string is the URL of
   * `eventsource-shared.js`, if that file is not beside the script.
   */
  shared?: boolean | string
  /**
   * Called with everything that happens to the source, before its listeners, also with events that have none:
   * `request` with the URL, `bytes` with their number, `open`, `event` and `error` with the event, and `close`.
   */
  observe?: (what: 'request' | 'bytes' | 'open' | 'event' | 'error' | 'close', detail: any) => void
  /** `relaxed` gives each listener a microtask instead of a task of its own. Default: `exact`. */
  order?: 'exact' | 'relaxed'
}

/** Why an error event was fired. `cors` is a guess, because browsers hide it. */
export type Reason = 'network' | 'status' | 'type' | 'cors' | 'policy' | 'redirect' | 'timeout' | 'buffering' |
  'aborted' | 'limit' | 'end' | 'hidden' | 'wake' | 'unsupported'

interface ResponseHead {
  readonly status?: number
  readonly statusText?: string
  readonly headers?: { get(name: string): string | null }
  /** The URL of the response, after redirects. */
  readonly url?: string
}

type PlainEvent = Global<'Event', { readonly type: string }>

export type OpenEvent = PlainEvent & ResponseHead

export interface ErrorDetails extends ResponseHead {
  readonly reason: Reason
  readonly willReconnect: boolean
  /** The delay before the next request, in ms, if there is one. */
  readonly delay?: number
  /** What the function for headers or the `fetch` option has thrown. */
  readonly error?: unknown
  /**
   * Returns the first 64 KiB of a refused response. Call it in the listener. Rejects if the
   * connection is lost, and with `shared` also if the text takes longer than a second.
   */
  body(): Promise<string>
}

export type ErrorEvent = PlainEvent & ErrorDetails

export interface EventSourceEventMap {
  open: OpenEvent
  message: StreamEvent
  error: ErrorEvent
  comment: StreamEvent
}

interface ListenerOptions {
  capture?: boolean
  once?: boolean
  passive?: boolean
  signal?: Global<'AbortSignal', SignalStandIn>
}

type Callback<E> = ((this: EventSource, event: E) => any) | { handleEvent(event: E): any }

type Iterator = { next(): Promise<{ value: StreamEvent; done?: false } | { value: any; done: true }>; return?(value?: any): Promise<any> }

/** `EventSource` of the HTML Standard, with more options. */
export declare class EventSource {
  static readonly CONNECTING: 0
  static readonly OPEN: 1
  static readonly CLOSED: 2

  /** The version of this package. */
  static readonly version: string
  /**
   * What runs: the core in WebAssembly or in JavaScript over `fetch`, or the core in JavaScript over XMLHttpRequest.
   * It is `undefined` until the first source has started.
   */
  static readonly tier: 'wasm' | 'js' | 'xhr' | undefined

  /**
   * Returns a source whose bytes come from a stream of `Uint8Array`s, such as the body of a response. It never
   * reconnects: when the stream ends or fails, it dispatches one `error` event. Closing it cancels the stream.
   *
   * Only the module has this method, not the script `eventsource-plus.js`.
   *
   * @experimental It follows a proposal: https://github.com/whatwg/html/pull/12272
   * @throws a `TypeError` if the argument is not a stream or the stream is locked.
   */
  static fromReadableStream(stream: Global<'ReadableStream', StreamStandIn> | StreamStandIn): EventSource

  /** @throws a `SyntaxError` if the URL is invalid, a `TypeError` if an option is. */
  constructor(url: string | Global<'URL', never>, init?: EventSourceInit)

  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSED: 2

  readonly url: string
  readonly withCredentials: boolean
  /** `CONNECTING`, `OPEN` or `CLOSED`. */
  readonly readyState: number
  /** The last event ID, with which the next request continues. */
  readonly lastEventId: string

  onopen: ((this: EventSource, event: OpenEvent) => any) | null
  onmessage: ((this: EventSource, event: StreamEvent) => any) | null
  onerror: ((this: EventSource, event: ErrorEvent) => any) | null

  /** Closes the connection. It is not opened again. */
  close(): void

  addEventListener<Type extends keyof EventSourceEventMap>(
    type: Type, listener: Callback<EventSourceEventMap[Type]> | null, options?: boolean | ListenerOptions): void
  addEventListener(type: string, listener: Callback<StreamEvent> | null, options?: boolean | ListenerOptions): void
  removeEventListener<Type extends keyof EventSourceEventMap>(
    type: Type, listener: Callback<EventSourceEventMap[Type]> | null, options?: boolean | ListenerOptions): void
  removeEventListener(type: string, listener: Callback<StreamEvent> | null, options?: boolean | ListenerOptions): void
  dispatchEvent(event: PlainEvent): boolean

  /** Iterates over `message` events. Leaving the loop closes the source. */
  [Symbol.asyncIterator](): Iterator
}
