// Returns a native event of a class or, in a runtime that has no such class, an object
// with the members of one.
export function sample(name) {
  try {
    return new self[name]('')
  } catch (error) {
    return {
      bubbles: false,
      cancelable: false,
      composed: false,
      defaultPrevented: false,
      cancelBubble: false,
      returnValue: true,
      NONE: 0,
      CAPTURING_PHASE: 1,
      AT_TARGET: 2,
      BUBBLING_PHASE: 3,
      source: null,
      ports: [],
      preventDefault: nothing,
      stopPropagation: nothing
    }
  }
}

function nothing() {}
