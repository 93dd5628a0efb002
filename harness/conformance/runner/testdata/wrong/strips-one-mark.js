// Removes a byte order mark from the first stream only.
var stripped = false
rules.withoutMark = function (text) {
  if (stripped) return text
  stripped = true
  return text.replace(/^\ufeff/, '')
}
