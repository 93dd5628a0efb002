// Sets the last event ID before its block has ended.
rules.takeID = function (source, stream, value) {
  source.id = stream.id = value
}
