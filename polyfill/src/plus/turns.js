// Turns of sources whose order is relaxed: microtasks.

import { soon, turn as exactTurn } from '../turns.js'

export { enter, late, send, soon } from '../turns.js'

export function turn(callback) {
  if (callback.relaxed_) soon(callback)
  else exactTurn(callback)
}
