// Without a page there is no policy, and responses of every origin may be read. So a
// request without a response is always a network error.

export function watch() {
  return function (callback) { callback(false) }
}

export function probe(url, withCredentials, callback) {
  callback(false)
  return { stop_: function () {} }
}

export function isForeign() {
  return false
}
