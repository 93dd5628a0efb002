// Removes every leading byte order mark.
rules.withoutMark = function (text) {
  return text.replace(/^\ufeff+/, '')
}
