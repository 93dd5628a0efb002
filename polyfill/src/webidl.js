// What Web IDL requires of every interface: attributes of properties, checks of
// arguments, exceptions.
//
// https://webidl.spec.whatwg.org/#javascript-binding

// Copies the attributes and methods of members to object, with their getters and
// setters.
export function define(object, members) {
  Object.keys(members).forEach(function (name) {
    Object.defineProperty(object, name, Object.getOwnPropertyDescriptor(members, name))
  })
}

// Gives object a property that is not enumerable. Old engines do not let some
// properties of the global object be redefined; those are assigned.
export function hide(object, name, value) {
  try {
    Object.defineProperty(object, name, { value: value, writable: true, configurable: true })
  } catch (error) {
    object[name] = value
  }
}

// How the message of an exception in the constructor begins.
export var FAILED = "Failed to construct 'EventSource': "

export function isObject(value) {
  return Object(value) === value
}

// Throws a TypeError unless condition holds.
export function demand(condition, message) {
  if (!condition) throw new TypeError(message)
}

// Returns a DOMException, also in engines where it has no constructor; an Error where
// there is none.
export function exception(message, name, code) {
  try {
    return new DOMException(message, name)
  } catch (error) {
    error = Object.create((self.DOMException || Error).prototype)
    define(error, { message: message, name: name, code: code })
    return error
  }
}
