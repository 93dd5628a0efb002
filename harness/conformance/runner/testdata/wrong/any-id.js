// Takes an id that holds NUL.
rules.isID = function () {
  return true
}
