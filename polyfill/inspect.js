// eventsource-wasm/inspect, for bundlers that do not read "exports" in package.json.
module.exports = require('./dist/eventsource-inspect.cjs')
