// Ends the name of a field at the last colon.
rules.colon = function (line) {
  return line.lastIndexOf(':')
}
