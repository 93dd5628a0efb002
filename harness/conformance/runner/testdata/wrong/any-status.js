// Opens whatever the status.
rules.accepts = function (status, type) {
  return /^text\/event-stream/.test(type)
}
