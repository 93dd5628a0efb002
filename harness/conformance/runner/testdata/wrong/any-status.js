// Opens with any status.
rules.accepts = function (status, type) {
  return /^text\/event-stream/.test(type)
}
