// Changes readyState after the error event.
rules.lost = function (source) {
  source.fire(new Event('error'))
  source.readyState = 0
}
