// Treats a comment as a field.
rules.colon = function (line) {
  return line.charAt(0) === ':' ? -1 : line.indexOf(':')
}
rules.name = function (text) {
  return text.charAt(0) === ':' ? 'data' : text
}
