// Treats CRLF as two line ends.
rules.lines = function (stream, text) {
  var lines = (stream.rest + text).split(/\r|\n/)
  stream.rest = lines.pop()
  return lines
}
