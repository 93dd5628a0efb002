// Closes sources when their page ends.

// As it was when the script was loaded: pages use such names for functions of their
// own.
var addEventListener = self.addEventListener
var native = self.stop

// The sources that are not closed.
export var live

// Keeps track of a source until release. close and stop are functions of a source,
// the same for all: close is called when the page is unloaded, stop when it stops
// loading.
export function keep(source, close, stop) {
  if (!live) watchPage(close, stop)
  live.push(source)
}

export function release(source) {
  live = live.filter(function (other) { return other !== source })
}

function watchPage(close, stop) {
  live = []
  // A page that enters the back/forward cache may be restored.
  addEventListener.call(self, 'pagehide', function (event) {
    if (!event.persisted) live.forEach(close)
  })
  // fetch rejects in the same way after window.stop() and after a network error.
  if (native && self.stop == native) {
    self.stop = function () {
      live.forEach(stop)
      native.call(self)
    }
  }
}
