// Dispatches the remaining events of a chunk after close().
rules.drops = function () {
  return false
}
