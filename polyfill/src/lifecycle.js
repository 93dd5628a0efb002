// The end of a page is the end of its sources.

// Sources that are not closed.
var live

// Keeps a source until release.
export function keep(source, close, stop) {
  if (!live) watchPage(close, stop)
  live.push(source)
}

export function release(source) {
  live = live.filter(function (other) { return other !== source })
}

function watchPage(close, stop) {
  live = []
  // A page in the back/forward cache may come back.
  self.addEventListener('pagehide', function (event) {
    if (!event.persisted) live.forEach(close)
  })
  // fetch does not tell being stopped from losing the network.
  var native = self.stop
  if (native) {
    self.stop = function () {
      live.forEach(stop)
      native.call(self)
    }
  }
}
