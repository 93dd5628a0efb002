// Forgets the reconnection time when the connection is lost.
rules.reconnect = function (source) {
  source.time = 3000
}
