// Tells events the origin from before a redirect.
rules.members = function (source) {
  return {lastEventId: source.id, origin: new URL(source.url).origin}
}
