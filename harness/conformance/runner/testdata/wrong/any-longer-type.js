// Takes every MIME type that begins with the right one.
rules.accepts = function (status, type) {
  return status === 200 && /^text\/event-stream/i.test(type)
}
