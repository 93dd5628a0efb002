// Turns of sources whose order is relaxed: microtasks.

import { turn as exactTurn } from '../turns.js'

var resolved = self.Promise && Promise.resolve()

export { enter, late, send } from '../turns.js'

export function turn(callback) {
  if (callback.relaxed_ && resolved) resolved.then(callback)
  else exactTurn(callback)
}
