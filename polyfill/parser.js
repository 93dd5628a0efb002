// eventsource-wasm/parser, for bundlers that do not read "exports" in package.json.
module.exports = require('./dist/parser.cjs')
