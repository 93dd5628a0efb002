// Removes as many byte order marks as there are.
rules.withoutMark = function (text) {
  return text.replace(/^\ufeff+/, '')
}
