// The functions that are called with everything that happens to a source, including events
// that have no listeners: that of its option observe, and eventsource-inspect.js if the
// page has it.

import { setTimeout } from '../platform.js'

// Reports whether events without listeners are heard of too.
export function isObserved(source) {
  return source.options_.observe_ || self[INSPECT]
}

// what: request, bytes, open, event, error or close.
export function observe(source, what, detail) {
  try {
    if (self[INSPECT]) self[INSPECT].note(source.target_, what, detail)
    if (source.options_.observe_) source.options_.observe_(what, detail)
  } catch (error) {
    setTimeout(function () { throw error })
  }
}
