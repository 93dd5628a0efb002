// What engines without WebAssembly or fetch streams get in addition, from beside
// the script, when they need it: the same core in JavaScript, and the other
// transport.

import * as core from 'eventsource-core.js'
import { request } from './xhr.js'

self.EventSourceLegacy = { core_: core, request_: request }
