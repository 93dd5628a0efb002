// The tier: which build of the core, transport and decoder this runtime can use. The
// file contains all of them.

import bytes from 'eventsource.wasm'
import { bounded } from './bounded.js'
import { connect } from './core.js'
import { Decoder as OwnDecoder } from './decoder.js'
import { request as fetchStream } from './fetch.js'
import { decodes, fetch, WebAssembly } from './platform.js'
import { request as requestText } from './xhr.js'

// The transport that uses fetch, from the start; XMLHttpRequest only once whenReady has
// called back.
export var request = fetch && self.Response && 'body' in Response.prototype && (self.document ? fetchStream : requestUncached)

export var Decoder = decodes(self.TextDecoder) ? self.TextDecoder : OwnDecoder

// What runs, for EventSource.tier: 'wasm', 'js' or 'xhr' once that is known.
export var tier

// Calls callback when the core is ready, which it is on first use. If there is no
// transport, calls it with the reason.
export function whenReady(callback) {
  if (!tier) make()
  callback(request ? undefined : 'fetch with streams, or XMLHttpRequest, is missing')
}

// The fetch of Bun, Deno and workerd ignores the cache mode no-store, so the request has
// the headers that this mode adds. On a page, fetch adds them itself; from a script,
// another origin would have to allow them in a preflight.
//
// https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
function requestUncached(url, headers, withCredentials, to) {
  var names = Object.keys(headers).join('\n')
  if (!/^pragma$/im.test(names)) headers.Pragma = 'no-cache'
  if (!/^cache-control$/im.test(names)) headers['Cache-Control'] = 'no-cache'
  return fetchStream(url, headers, withCredentials, to)
}

function make() {
  tier = request ? 'wasm' : 'xhr'
  request = request || self.XMLHttpRequest && requestText
  try {
    if (tier == 'wasm') return connect(new WebAssembly.Instance(new WebAssembly.Module(bytes())).exports)
  } catch (error) { // Cloudflare compiles no WebAssembly from bytes
    tier = 'js'
  }
  connect(bounded)
}
