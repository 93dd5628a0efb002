// Forgets the last event ID with the connection.
rules.reconnect = function (source) {
  source.id = ''
}
