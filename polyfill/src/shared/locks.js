// Web Locks: the browser releases them when their holder dies, also in a crash. Pages
// that are not secure contexts have none.
//
// https://w3c.github.io/web-locks/

export var locks = self.navigator && navigator.locks

// Returns a unique name for a lock.
export function unique(prefix) {
  return prefix + Math.random().toString(36).slice(2) + Date.now()
}

// Calls held once the lock is held. Returns a function that releases it, or stops waiting
// for it. refused is called if the page may have no locks.
export function hold(name, held, refused) {
  var controller = new AbortController()
  var release
  locks.request(name, { signal: controller.signal }, function () {
    if (controller.signal.aborted) return
    held()
    return new Promise(function (resolve) { release = resolve })
  }).then(null, function () {
    if (!controller.signal.aborted) refused()
  })
  return function () {
    controller.abort()
    if (release) release()
  }
}

// Calls callback when the holder of a lock has died. Returns a function that stops waiting.
export function watch(name, callback) {
  var controller = new AbortController()
  locks.request(name, { mode: 'shared', signal: controller.signal }, function () {
    if (!controller.signal.aborted) callback()
  }).then(null, function () {})
  return function () { controller.abort() }
}
