// Takes DATA for data.
rules.name = function (text) {
  return text.toLowerCase()
}
