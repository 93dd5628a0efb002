// Decodes each byte as one character.
rules.decode = function (stream, bytes) {
  return String.fromCharCode.apply(null, bytes)
}
