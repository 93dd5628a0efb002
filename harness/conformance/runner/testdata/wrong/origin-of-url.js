// Sets origin to that of the URL before a redirect.
rules.members = function (source) {
  return {lastEventId: source.id, origin: new URL(source.url).origin}
}
