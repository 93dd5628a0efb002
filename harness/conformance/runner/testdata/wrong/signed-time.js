// Accepts +600 as a reconnection time.
rules.isTime = function (value) {
  return isFinite(value) && value !== ''
}
