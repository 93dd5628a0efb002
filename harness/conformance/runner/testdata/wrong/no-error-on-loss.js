// Fires no event when the connection is lost.
rules.lost = function (source) {
  source.readyState = 0
}
