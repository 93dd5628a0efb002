// Opens whatever the MIME type.
rules.accepts = function (status) {
  return status === 200
}
