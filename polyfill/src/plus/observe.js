// The observe option: a function of the page that hears of everything that happens to a
// source, also of events that have no listeners.

import { setTimeout } from '../platform.js'

// what: request, bytes, open, event, error or close.
export function observe(source, what, detail) {
  var heard = source.options_.observe_
  if (!heard) return
  try {
    heard(what, detail)
  } catch (error) {
    setTimeout(function () { throw error })
  }
}
