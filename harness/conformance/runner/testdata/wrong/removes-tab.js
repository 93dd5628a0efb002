// Removes a tab behind the colon as well.
rules.value = function (text) {
  return text.replace(/^[ \t]/, '')
}
