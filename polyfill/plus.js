// eventsource-wasm/plus, for bundlers that do not read "exports" in package.json,
// and for Node.js, where only constructing an EventSource throws.
module.exports = require('./dist/eventsource-plus.cjs')
