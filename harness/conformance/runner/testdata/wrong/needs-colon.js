// Ignores a line without a colon.
rules.colon = function (line) {
  return Math.max(line.indexOf(':'), 0)
}
