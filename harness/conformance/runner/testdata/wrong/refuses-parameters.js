// Rejects a MIME type with a parameter.
rules.accepts = function (status, type) {
  return status === 200 && type.toLowerCase() === 'text/event-stream'
}
