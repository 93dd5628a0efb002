// Forgets the reconnection time with the connection.
rules.reconnect = function (source) {
  source.time = 3000
}
