// Dispatches every event as a message event.
rules.type = function () {
  return 'message'
}
