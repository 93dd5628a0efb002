// Takes no MIME type in capitals.
rules.accepts = function (status, type) {
  return status === 200 && /^\s*text\/event-stream\s*(;|$)/.test(type)
}
