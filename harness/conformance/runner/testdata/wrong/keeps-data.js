// Keeps the data for the next block.
rules.endBlock = function (stream) {
  stream.type = ''
}
