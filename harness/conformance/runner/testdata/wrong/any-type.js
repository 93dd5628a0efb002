// Opens with any MIME type.
rules.accepts = function (status) {
  return status === 200
}
