// Changes its state after it has told of a loss.
rules.lost = function (source) {
  source.fire(new Event('error'))
  source.readyState = 0
}
