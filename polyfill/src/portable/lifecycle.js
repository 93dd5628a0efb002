// Keeps track of the sources that are not closed. There is no page that ends.

export var live = []

export function keep(source) {
  live.push(source)
}

export function release(source) {
  live = live.filter(function (other) { return other !== source })
}
