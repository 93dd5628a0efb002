// Ignores an empty id.
rules.isID = function (value) {
  return value !== ''
}
