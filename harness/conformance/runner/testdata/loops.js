// Loops forever on a line without a colon.
rules.colon = function (line) {
  var at = line.indexOf(':')
  while (at < 0 && line) {}
  return at
}
