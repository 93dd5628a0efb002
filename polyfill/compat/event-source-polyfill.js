// eventsource-wasm/compat/event-source-polyfill, for bundlers that do not read "exports"
// in package.json.
module.exports = require('../dist/event-source-polyfill.cjs')
