// Reconnects though it was closed while it told of the loss.
rules.goesOn = function () {
  return true
}
