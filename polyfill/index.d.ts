/**
 * Types of the module. They refer to the types of TypeScript's library `dom` or
 * `webworker` if the project includes one, and to the stand-ins below otherwise.
 *
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */

/** The instance type of a global class, or the stand-in if there is no such class. */
type Global<Name extends string, StandIn> =
  typeof globalThis extends Record<Name, { prototype: infer Instance }> ? Instance : StandIn

interface EventStandIn {
  readonly type: string
  readonly target: any
  readonly currentTarget: any
  readonly eventPhase: number
  readonly timeStamp: number
  readonly isTrusted: boolean
  readonly defaultPrevented: boolean
  preventDefault(): void
  stopPropagation(): void
  stopImmediatePropagation(): void
}

interface MessageEventStandIn extends EventStandIn {
  readonly data: any
  readonly origin: string
  readonly lastEventId: string
}

interface SignalStandIn {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
}

type PlainEvent = Global<'Event', EventStandIn>

/** An event of the stream: a `MessageEvent` whose data is a string. */
export interface StreamEvent extends Omit<Global<'MessageEvent', MessageEventStandIn>, 'data'> {
  readonly data: string
}

export interface EventSourceEventMap {
  open: PlainEvent
  message: StreamEvent
  error: PlainEvent
}

export interface EventSourceInit {
  /** Whether requests to other origins include cookies. Default: `false`. */
  withCredentials?: boolean
}

interface ListenerOptions {
  capture?: boolean
  once?: boolean
  passive?: boolean
  signal?: Global<'AbortSignal', SignalStandIn>
}

type Callback<E> = ((this: EventSource, event: E) => any) | { handleEvent(event: E): any }

/** `EventSource` of the HTML Standard. */
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

  /** @throws a `SyntaxError` if the URL is invalid. */
  constructor(url: string | Global<'URL', never>, init?: EventSourceInit)

  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSED: 2

  readonly url: string
  readonly withCredentials: boolean
  /** `CONNECTING`, `OPEN` or `CLOSED`. */
  readonly readyState: number

  onopen: ((this: EventSource, event: PlainEvent) => any) | null
  onmessage: ((this: EventSource, event: StreamEvent) => any) | null
  onerror: ((this: EventSource, event: PlainEvent) => any) | null

  /** Closes the connection. It is not opened again. */
  close(): void

  addEventListener<Type extends keyof EventSourceEventMap>(
    type: Type, listener: Callback<EventSourceEventMap[Type]> | null, options?: boolean | ListenerOptions): void
  addEventListener(type: string, listener: Callback<StreamEvent> | null, options?: boolean | ListenerOptions): void
  removeEventListener<Type extends keyof EventSourceEventMap>(
    type: Type, listener: Callback<EventSourceEventMap[Type]> | null, options?: boolean | ListenerOptions): void
  removeEventListener(type: string, listener: Callback<StreamEvent> | null, options?: boolean | ListenerOptions): void
  dispatchEvent(event: PlainEvent): boolean
}
