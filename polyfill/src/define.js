// Properties as Web IDL wants them.

// Gives object the attributes and methods of members, enumerable as there.
export function define(object, members) {
  for (var name in members) {
    Object.defineProperty(object, name, Object.getOwnPropertyDescriptor(members, name))
  }
}

// Gives object a property that is not enumerable. Old engines keep some of the
// global object's as they are.
export function hide(object, name, value) {
  try {
    Object.defineProperty(object, name, { value: value, writable: true, configurable: true })
  } catch (error) {
    object[name] = value
  }
}
