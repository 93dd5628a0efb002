// Fires an error event in close().
rules.close = function (source) {
  source.readyState = 2
  source.fire(new Event('error'))
}
