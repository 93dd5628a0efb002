// Accepts every MIME type that begins with text/event-stream.
rules.accepts = function (status, type) {
  return status === 200 && /^text\/event-stream/i.test(type)
}
