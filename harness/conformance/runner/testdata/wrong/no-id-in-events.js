// Tells no event its last event ID.
rules.members = function (source, origin) {
  return {origin: origin}
}
