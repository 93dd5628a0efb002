// Tells nothing of a lost connection.
rules.lost = function (source) {
  source.readyState = 0
}
