// Makes an event of an unfinished block.
rules.endStream = function (source, stream) {
  source.parse(stream, '\n\n')
}
