// Ends a line at the end of a chunk.
rules.lines = function (stream, text) {
  return text.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/)
}
