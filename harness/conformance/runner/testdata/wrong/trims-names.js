// Removes spaces around the name of a field.
rules.name = function (text) {
  return text.trim()
}
