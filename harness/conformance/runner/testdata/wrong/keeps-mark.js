// Treats a byte order mark as text.
rules.withoutMark = function (text) {
  return text
}
