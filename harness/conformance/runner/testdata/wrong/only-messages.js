// Gives every event the type message.
rules.type = function () {
  return 'message'
}
