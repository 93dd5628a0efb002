// Node.js loads this in place of every file, so that code shared by server and page
// can be imported on the server. Only constructing an EventSource throws there.
exports.EventSource = function EventSource() {
  throw new TypeError("Failed to construct 'EventSource': eventsource-wasm works only in browsers")
}
