// Removes bytes that are not UTF-8.
rules.decode = function (stream, bytes) {
  return stream.decoder.decode(bytes, {stream: true}).replace(/\ufffd/g, '')
}
