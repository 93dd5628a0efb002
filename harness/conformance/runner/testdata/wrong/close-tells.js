// Tells that it was closed.
rules.close = function (source) {
  source.readyState = 2
  source.fire(new Event('error'))
}
