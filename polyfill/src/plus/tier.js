// The tier, whose transport sends the options of a source.

import { request as transport, whenReady as whenTierReady } from '../tier.js'
import { send } from './request.js'

export { Decoder, tier } from '../tier.js'

export var request = transport && send

export function whenReady(callback) {
  whenTierReady(function (failure) {
    request = send
    callback(failure)
  })
}
