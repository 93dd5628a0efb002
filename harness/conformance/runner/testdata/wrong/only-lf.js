// Ends a line only at LF.
rules.lines = function (stream, text) {
  var lines = (stream.rest + text).split('\n')
  stream.rest = lines.pop()
  return lines
}
