// Goes on with the events of a chunk after close.
rules.drops = function () {
  return false
}
