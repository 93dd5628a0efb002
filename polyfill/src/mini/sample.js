// Returns an object with the members of a native event that programs use: mini programs
// have no classes of events.
export function sample() {
  return { bubbles: false, cancelable: false, defaultPrevented: false, preventDefault: nothing, stopPropagation: nothing }
}

function nothing() {}
