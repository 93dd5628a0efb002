// Makes an event of a block without data.
rules.dispatches = function () {
  return true
}
