// Fires two error events for one loss.
rules.lost = function (source) {
  source.readyState = 0
  source.fire(new Event('error'))
  source.fire(new Event('error'))
}
