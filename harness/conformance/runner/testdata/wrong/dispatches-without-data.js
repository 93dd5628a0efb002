// Dispatches an event for a block without data.
rules.dispatches = function () {
  return true
}
