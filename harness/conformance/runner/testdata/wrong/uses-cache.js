// Uses the cache for responses.
rules.request = function () {
  return {cache: 'force-cache'}
}
