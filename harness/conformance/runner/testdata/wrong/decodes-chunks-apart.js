// Decodes each chunk as if characters ended there.
rules.decode = function (stream, bytes) {
  return new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes)
}
