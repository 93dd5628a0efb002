/**
 * Types of `eventsource-wasm/compat/fetch-event-source`, a replacement for the package
 * `@microsoft/fetch-event-source`. MIGRATION.md lists the differences.
 */

export declare const EventStreamContentType: 'text/event-stream'

export interface EventSourceMessage {
  /** The last event ID string, which later events without an `id` field repeat. */
  id: string
  /** The event's type; `''` stands for `message`. */
  event: string
  data: string
  /** Always `undefined`: the time is kept, but not reported. */
  retry?: number
}

type Global<Name extends string, StandIn> =
  typeof globalThis extends Record<Name, { prototype: infer Instance }> ? Instance : StandIn

/** Other members are passed to `fetch`. */
export interface FetchEventSourceInit {
  method?: string
  headers?: Record<string, string> | Global<'Headers', never>
  body?: any
  /** Closes the connection when aborted, and resolves the promise. */
  signal?: Global<'AbortSignal', any> | null
  /** What a redirect does. Default: `error` with `headers` or a method other than `GET`, else `follow`. */
  redirect?: 'follow' | 'error'
  credentials?: 'omit' | 'same-origin' | 'include'
  cache?: any
  integrity?: string
  keepalive?: boolean
  mode?: any
  referrer?: string
  referrerPolicy?: any
  /** Called with each response. If it throws, `onerror` gets the exception; else the response is read as an event stream. */
  onopen?: (response: Global<'Response', any>) => void | Promise<void>
  /** Called for each event, of any type. */
  onmessage?: (event: EventSourceMessage) => void
  /** Called when the server ends the stream. If it throws, `onerror` gets the exception; else the promise is resolved. */
  onclose?: () => void
  /** Returns the delay before the next request, in ms, or throws to reject the promise. */
  onerror?: (error: any) => number | null | undefined | void
  /** Whether to stay connected while the page is hidden. Default: `false`. */
  openWhenHidden?: boolean
  /** Used instead of the global `fetch`. */
  fetch?: (input: any, init?: any) => PromiseLike<any>
}

export declare function fetchEventSource(
  input: string | Global<'Request', never> | Global<'URL', never>, init?: FetchEventSourceInit): Promise<void>
