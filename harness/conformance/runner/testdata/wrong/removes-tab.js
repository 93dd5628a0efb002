// Removes a tab after the colon, too.
rules.value = function (text) {
  return text.replace(/^[ \t]/, '')
}
