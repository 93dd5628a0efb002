// Takes +600 for a reconnection time.
rules.isTime = function (value) {
  return isFinite(value) && value !== ''
}
