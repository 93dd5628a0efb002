// Removes all spaces around a value.
rules.value = function (text) {
  return text.replace(/^ +| +$/g, '')
}
