// Returns an object that inherits from a class of native events and has all members of
// an event as its own, enumerable; those of happy-dom are not. In a runtime that has no
// such class, returns an object with the members of an event.
export function sample(name) {
  var native
  try {
    native = new self[name]('')
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
  // The last prototype is Object.prototype, perhaps of another realm.
  var all = Object.create(Object.getPrototypeOf(native))
  for (var object = native; Object.getPrototypeOf(object); object = Object.getPrototypeOf(object)) {
    Object.getOwnPropertyNames(object).forEach(function (key) {
      Object.defineProperty(all, key, { value: native[key], enumerable: true, configurable: true })
    })
  }
  return all
}

function nothing() {}
