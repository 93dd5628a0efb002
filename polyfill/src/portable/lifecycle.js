// Keeps a list of the sources that are not closed. Without a page, nothing else ends
// them.

export var live = []

export function keep(source) {
  live.push(source)
}

export function release(source) {
  live = live.filter(function (other) { return other !== source })
}
