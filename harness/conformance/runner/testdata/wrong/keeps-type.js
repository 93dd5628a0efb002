// Keeps the type for the next block.
rules.endBlock = function (stream) {
  stream.data = []
}
