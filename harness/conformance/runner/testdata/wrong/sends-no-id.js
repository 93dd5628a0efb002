// Never sends the last event ID.
rules.headers = function () {
  return {Accept: 'text/event-stream'}
}
