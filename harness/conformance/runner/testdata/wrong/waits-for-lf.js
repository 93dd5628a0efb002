// Ends no line at CR before it knows what follows.
rules.lines = function (stream, text) {
  var lines = (stream.rest + text).split(/\r\n|\r(?!$)|\n/)
  stream.rest = lines.pop()
  return lines
}
