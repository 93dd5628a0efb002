/**
 * Types of `eventsource-wasm/inspect`, which shows what the event streams of a page do. It
 * sees all sources of the second build, and others that are passed to `watch`.
 */

/** What happened: see the option `observe` of the second build. */
export type What = 'request' | 'bytes' | 'open' | 'event' | 'error' | 'close'

/** Something that happened to a stream. */
export interface Entry {
  /** When, in ms since 1970. */
  time: number
  what: What
  /** Of a request, with the query. */
  url?: string
  /** Of an event. */
  type?: string
  /** Of an event: at most its first 500 characters. */
  data?: string
  /** Of an event. */
  lastEventId?: string
  /** Of the response that opened or ended the stream. */
  status?: number
  /** Of an error; sources of other classes do not say it. */
  reason?: string
  /** Of an error: the delay before the next request, in ms, if there is one. */
  delay?: number
}

/** What is known of a stream, as plain data. */
export interface Stream {
  /** Counts from 1. */
  id: number
  url: string
  readyState: 0 | 1 | 2
  /** `waiting` until the next request; sources of other classes do not say when that is. */
  state: 'connecting' | 'open' | 'waiting' | 'closed'
  /** When it was first seen, in ms since 1970. */
  began: number
  /** How many requests were sent. */
  requests: number
  /** How often it was open. */
  opened: number
  /** How many bytes were received. Only the second build counts them. */
  bytes: number
  events: number
  /** Events per second, over the last 5 seconds. */
  rate: number
  lastEventId: string
  /** Of the response that opened it last. */
  status?: number
  lastError?: Entry
  /** The time until the next request, in ms. */
  retryIn?: number
  /** The last 20 things that happened, without bytes; the newest is the last. */
  recent: Entry[]
}

interface Source {
  readonly url: string
  readonly readyState: number
  addEventListener(type: string, listener: any, options?: any): void
}

/** Returns the streams that are not closed, and the last 20 that are. */
export declare function snapshot(): Stream[]

/** Shows a panel in an element, or at the bottom of the page. */
export declare function show(element?: any): void

/** Removes the panel. */
export declare function hide(): void

/** Calls observer with everything that happens to any stream. The function that it returns ends that. */
export declare function observe(observer: (source: any, what: What, detail: any) => void): () => void

/** Records the events of a source of another class, such as the browser's own, and returns it. */
export declare function watch<S extends Source>(source: S): S

declare global {
  /** What the script defines. */
  var EventSourceInspect: {
    snapshot: typeof snapshot
    show: typeof show
    hide: typeof hide
    observe: typeof observe
    watch: typeof watch
    version: string
  }
}
