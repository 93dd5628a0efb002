// Takes each byte for a character.
rules.decode = function (stream, bytes) {
  return String.fromCharCode.apply(null, bytes)
}
