// Ignores every retry field.
rules.isTime = function () {
  return false
}
