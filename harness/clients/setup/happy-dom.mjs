// Gives a client in Node the globals of happy-dom, among them its fetch:
//
//   node --import ./harness/clients/setup/happy-dom.mjs harness/clients/node.mjs eventsource-wasm
//
// HAPPY_DOM is the file of the package.
import { pathToFileURL } from 'node:url'
import { install } from './dom.mjs'

const { Window } = await import(pathToFileURL(process.env.HAPPY_DOM))
const window = new Window({ url: 'http://localhost/', settings: { fetch: { disableSameOriginPolicy: true } } })
install(window)
for (const key of ['fetch', 'Headers', 'Request', 'Response']) globalThis[key] = window[key]
// For a response with status 304 its fetch throws in a callback of Node's, which would end the client.
process.on('uncaughtException', error => console.error(error))
