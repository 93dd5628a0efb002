// Does not say what it accepts.
rules.headers = function () {
  return {}
}
