// What the script needs of a mini program: timers and a clock.

var set = setTimeout
var clear = clearTimeout

export { set as setTimeout, clear as clearTimeout }
export var fetch, reportError, MessageChannel, AbortController

export var now = Date.now

export function outside(callback) {
  callback()
}

export function zone() {}
