// The tier: there is only one.

import core from 'eventsource-core.js'
import { connect } from './core.js'

export { Decoder } from './decoder.js'
export { request } from './request.js'

export var tier = 'js'

connect(core)

export function whenReady(callback) {
  callback()
}
