// Accepts an id that contains NUL.
rules.isID = function () {
  return true
}
