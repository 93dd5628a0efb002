// Sends no Accept header of its own.
rules.headers = function () {
  return {}
}
