// Judges the package @microsoft/fetch-event-source:
//
//   harness run --client 'node harness/clients/fetch-event-source.mjs'
//
// The package is made for pages. In Node it needs a window and a document.
import { load, serve } from './protocol.mjs'

globalThis.window = globalThis
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} }
const { exports: { fetchEventSource }, title } = await load('@microsoft/fetch-event-source')

serve({
  name: title,
  reports: [],
  can: ['reconnect', 'close']
}, ({ url }, report) => {
  const controller = new AbortController()
  fetchEventSource(url, {
    signal: controller.signal,
    onmessage({ event, data }) { report({ type: event || 'message', data }) },
    onclose() { throw new Error('reconnect') } // as its README says; it resolves otherwise
  }).catch(() => {}) // it has given up
  return () => controller.abort()
})
