// Accepts the MIME type in lower case only.
rules.accepts = function (status, type) {
  return status === 200 && /^\s*text\/event-stream\s*(;|$)/.test(type)
}
