// Fires only the first open event.
var opened = false
rules.open = function (source) {
  source.readyState = 1
  if (!opened) source.fire(new Event('open'))
  opened = true
}
