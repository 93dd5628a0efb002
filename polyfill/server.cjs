// Node.js loads this in place of the module, so that code shared by server and page
// can be imported on the server. Only constructing an EventSource throws there. Where
// tests give Node.js a DOM, such as jsdom, it is the module.
exports.EventSource = typeof document == 'object' ? require('./dist/eventsource.cjs').EventSource : function EventSource() {
  throw new TypeError("Failed to construct 'EventSource': eventsource-wasm works only in browsers")
}
