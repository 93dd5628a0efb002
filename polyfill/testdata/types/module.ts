// The module, with or without a library that has the DOM.

import { EventSource, type EventSourceInit, type StreamEvent } from 'eventsource-wasm'

const init: EventSourceInit = { withCredentials: true }
const source: EventSource = new EventSource('/events', init)

const version: string = EventSource.version
const tier: 'wasm' | 'js' | 'xhr' | undefined = EventSource.tier
const constants: [0, 1, 2] = [EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED]
const state: number = source.readyState
const open: boolean = source.readyState === source.OPEN
const url: string = source.url
const credentials: boolean = source.withCredentials

source.onopen = function (event) { const type: string = event.type; this.close() }
source.onmessage = (event) => { const all: string[] = [event.data, event.lastEventId, event.origin] }
source.onerror = null
source.addEventListener('error', (event) => { const at: number = event.timeStamp })
source.addEventListener('price', (event) => { const data: string = event.data }, { once: true })
source.addEventListener('price', { handleEvent(event: StreamEvent) {} }, true)
source.removeEventListener('price', null)
source.close()

// @ts-expect-error: the URL is required
new EventSource()
// @ts-expect-error: a number is not a URL
new EventSource(1)
// @ts-expect-error: no such option
new EventSource('/events', { headers: {} })
// @ts-expect-error: called without new
EventSource('/events')
// @ts-expect-error: read-only
source.readyState = 2
// @ts-expect-error: read-only
EventSource.OPEN = 1
// @ts-expect-error: data is a string
source.onmessage = (event) => { const data: number = event.data }
// @ts-expect-error: an error event has no data
source.onerror = (event) => event.data
// @ts-expect-error: a string is not a listener
source.addEventListener('price', 'listener')
// @ts-expect-error: the module defines no globals
globalThis.EventSourcePolyfill
