// eventsource-wasm/compat/fetch-event-source, for bundlers that do not read "exports"
// in package.json.
module.exports = require('../dist/fetch-event-source.cjs')
