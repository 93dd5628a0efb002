// Reconnects after a response that fails the connection.
rules.fail = function (source) {
  source.lost()
}
