// Dispatches no event for a block with empty data.
rules.dispatches = function (stream) {
  return rules.join(stream.data) !== ''
}
