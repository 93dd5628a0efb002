// Reads a response from the cache.
rules.request = function () {
  return {cache: 'force-cache'}
}
