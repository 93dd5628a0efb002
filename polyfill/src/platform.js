// What the script needs of the engine, as it was when the script was loaded. The page
// may replace it later, for example by fake timers or by a wrapper around fetch.

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

// Reports whether Decoder is a correct TextDecoder. Some polyfills of it lose a character
// that is split between two chunks, or remove a byte order mark.
export function decodes(Decoder) {
  try {
    var decoder = new Decoder('utf-8', { ignoreBOM: true })
    return decoder.decode(new Uint8Array([0xEF, 0xBB, 0xBF, 0xC3]), { stream: true }) + decoder.decode(new Uint8Array([0xA9])) == '\uFEFF\xE9'
  } catch (error) {}
}

// Calls callback outside the zones of zone.js, which would count our timers and requests
// as unfinished work of the page.
export function outside(callback) {
  var root = zone() && self.Zone.root
  if (root) root.run(callback)
  else callback()
}

// The current zone of zone.js, if there is one.
export function zone() {
  return self.Zone && self.Zone.root && self.Zone.current
}
