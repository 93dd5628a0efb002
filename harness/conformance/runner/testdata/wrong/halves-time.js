// Waits half of the reconnection time.
rules.time = function (value) {
  return Number(value) / 2
}
