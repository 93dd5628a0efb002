// Never sends Last-Event-ID.
rules.headers = function () {
  return {Accept: 'text/event-stream'}
}
