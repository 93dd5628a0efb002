// The EventSource interface of the second build: the standard's, and two members more.

import { EventSource } from '../eventsource.js'
import { define, hide } from '../webidl.js'
import { iterate } from './iterate.js'

define(EventSource.prototype, {
  // The last event ID string, with which the next request continues.
  get lastEventId() { return this._source.lastEventId_ }
})
if (self.Symbol && Symbol.asyncIterator) {
  hide(EventSource.prototype, Symbol.asyncIterator, function () { return iterate(this) })
}

export { EventSource }
