// Ends a line at every line separator of Unicode.
rules.lines = function (stream, text) {
  var lines = (stream.rest + text).split(/\r\n|[\r\n\v\f\x85\u2028\u2029]/)
  stream.rest = lines.pop()
  return lines
}
