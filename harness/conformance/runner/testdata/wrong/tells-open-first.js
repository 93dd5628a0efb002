// Changes its state after it has told of the opening.
rules.open = function (source) {
  source.fire(new Event('open'))
  source.readyState = 1
}
