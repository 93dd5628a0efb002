// Ends a line where a chunk ends.
rules.lines = function (stream, text) {
  return text.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/)
}
