// Treats DATA as data.
rules.name = function (text) {
  return text.toLowerCase()
}
