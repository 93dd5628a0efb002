// Reconnects although a listener of the error event has closed it.
rules.goesOn = function () {
  return true
}
