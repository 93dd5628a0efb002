// The end of a page is the end of its sources.

// Sources that are not closed.
var live

// Keeps a source until release; leave_ of it is called when the page leaves, with
// false, or stops loading, with true.
export function keep(source) {
  if (!live) watchPage()
  live.push(source)
}

export function release(source) {
  live = live.filter(function (other) { return other !== source })
}

function endAll(stopped) {
  live.forEach(function (source) { source.leave_(stopped) })
}

function watchPage() {
  live = []
  // A page in the back/forward cache may come back.
  self.addEventListener('pagehide', function (event) {
    if (!event.persisted) endAll(false)
  })
  // fetch does not tell being stopped from losing the network.
  var stop = self.stop
  if (stop) {
    self.stop = function () {
      stop.call(self)
      endAll(true)
    }
  }
}
