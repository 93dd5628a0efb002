// Does not reconnect.
rules.lost = function (source) {
  source.readyState = 2
  source.fire(new Event('error'))
}
