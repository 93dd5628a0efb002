// The end of a page is the end of its sources.

import { close, fire } from './source.js'

// Sources that are not closed.
var live

// Keeps a source until release.
export function keep(source) {
  if (!live) watchPage()
  live.push(source)
}

export function release(source) {
  live = live.filter(function (other) { return other !== source })
}

function watchPage() {
  live = []
  // A page in the back/forward cache may come back.
  self.addEventListener('pagehide', function (event) {
    if (!event.persisted) live.forEach(close)
  })
  // fetch does not tell being stopped from losing the network.
  var stop = self.stop
  if (stop) {
    self.stop = function () {
      live.forEach(function (source) {
        close(source)
        setTimeout(function () { fire(source, 'error') })
      })
      stop.call(self)
    }
  }
}
