// Changes readyState after the open event.
rules.open = function (source) {
  source.fire(new Event('open'))
  source.readyState = 1
}
