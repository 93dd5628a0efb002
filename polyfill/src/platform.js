// What the script needs of the engine, as it was when the script was loaded. The
// page may replace it later: fake timers for its tests, a wrapper around fetch.

export var fetch = self.fetch
export var setTimeout = self.setTimeout
export var clearTimeout = self.clearTimeout
export var reportError = self.reportError
export var MessageChannel = self.MessageChannel
export var AbortController = self.AbortController
export var WebAssembly = self.WebAssembly

var clock = self.performance && performance.now ? performance : Date
var read = clock.now

// Milliseconds, as in timeStamp of events.
export function now() {
  return read.call(clock)
}

// Whether the engine decodes as it should: polyfills forget what a chunk cut, and
// swallow a byte order mark.
export function decodes(Decoder) {
  try {
    var decoder = new Decoder('utf-8', { ignoreBOM: true })
    return decoder.decode(new Uint8Array([0xEF, 0xBB, 0xBF, 0xC3]), { stream: true }) + decoder.decode(new Uint8Array([0xA9])) == '\uFEFF\xE9'
  } catch (error) {}
}

// Calls callback outside the zones of zone.js, which would take every timer and
// request of ours for unfinished work of the page.
export function outside(callback) {
  var root = zone() && self.Zone.root
  if (root) root.run(callback)
  else callback()
}

// The current zone of zone.js, if there is one.
export function zone() {
  return self.Zone && self.Zone.root && self.Zone.current
}
