// Takes a byte order mark for text.
rules.withoutMark = function (text) {
  return text
}
