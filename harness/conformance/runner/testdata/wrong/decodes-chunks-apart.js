// Decodes each chunk separately, so that characters must not be split.
rules.decode = function (stream, bytes) {
  return new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes)
}
