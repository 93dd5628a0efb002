// Continues an unfinished block in the next stream.
var begin = rules.begin, stream
rules.begin = function (source) {
  stream = stream || begin(source)
  return stream
}
