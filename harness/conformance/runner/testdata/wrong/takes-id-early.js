// Takes an id before its block has ended.
rules.takeID = function (source, stream, value) {
  source.id = stream.id = value
}
