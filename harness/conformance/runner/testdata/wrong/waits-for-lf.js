// Ends a line at CR only when the next byte has arrived.
rules.lines = function (stream, text) {
  var lines = (stream.rest + text).split(/\r\n|\r(?!$)|\n/)
  stream.rest = lines.pop()
  return lines
}
