// Dispatches an unfinished block at the end of the stream.
rules.endStream = function (source, stream) {
  source.parse(stream, '\n\n')
}
