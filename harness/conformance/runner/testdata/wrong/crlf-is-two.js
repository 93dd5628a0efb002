// Takes CR LF for two ends of line.
rules.lines = function (stream, text) {
  var lines = (stream.rest + text).split(/\r|\n/)
  stream.rest = lines.pop()
  return lines
}
