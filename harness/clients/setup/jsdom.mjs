// Gives a client in Node the globals of jsdom:
//
//   node --import ./harness/clients/setup/jsdom.mjs harness/clients/node.mjs eventsource-wasm
//
// JSDOM is the folder of the package.
import { createRequire } from 'node:module'
import { install } from './dom.mjs'

const { JSDOM } = createRequire(import.meta.url)(process.env.JSDOM)
install(new JSDOM('', { url: 'http://localhost/', pretendToBeVisual: true }).window)
