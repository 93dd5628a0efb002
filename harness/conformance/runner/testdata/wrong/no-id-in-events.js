// Does not set lastEventId of events.
rules.members = function (source, origin) {
  return {origin: origin}
}
