// eventsource-wasm/shared, for bundlers that do not read "exports" in package.json,
// and for Node.js, where it does nothing unless a DOM such as jsdom is present.
if (typeof document == 'object' || typeof importScripts == 'function') require('./dist/eventsource-shared.js')
