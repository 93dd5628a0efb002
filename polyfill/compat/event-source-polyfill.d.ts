/**
 * Types of `eventsource-wasm/compat/event-source-polyfill`, a replacement for the package
 * event-source-polyfill. MIGRATION.md lists the differences.
 */

import { EventSource as Plus, type EventSourceInit } from '../plus.js'

export interface EventSourcePolyfillInit {
  /** Request headers. Assign new ones to `source.headers` for later requests. */
  headers?: Record<string, string>
  withCredentials?: boolean
  /** Longest time without a byte, in ms, at least 1,000. Default: 45,000. */
  heartbeatTimeout?: number
  /** The query parameter that carries the last event ID. Default: `lastEventId`. */
  lastEventIdQueryParameterName?: string
  /** What a redirect does. Default: `error` with `headers`, else `follow`. */
  redirect?: 'follow' | 'error'
  /** Used instead of the global `fetch`. */
  fetch?: EventSourceInit['fetch']
}

export declare class EventSourcePolyfill extends Plus {
  constructor(url: string | URLStandIn, init?: EventSourcePolyfillInit)
  /** The headers of the next request. */
  headers: Record<string, string>
}

type URLStandIn = { readonly href: string; toString(): string }

type Native = typeof globalThis extends { EventSource: infer Class } ? Class : any

/** The browser's own class. */
export declare const NativeEventSource: Native | undefined

/** The browser's own class, or `EventSourcePolyfill` where there is none. */
export declare const EventSource: Native
