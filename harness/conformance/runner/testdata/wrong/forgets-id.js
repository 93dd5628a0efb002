// Forgets the last event ID when the connection is lost.
rules.reconnect = function (source) {
  source.id = ''
}
