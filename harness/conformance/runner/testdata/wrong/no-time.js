// Never takes a reconnection time.
rules.isTime = function () {
  return false
}
