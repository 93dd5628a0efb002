// Properties as Web IDL wants them.

// Gives object a property; enumerable unless said otherwise. Old engines keep some
// of the global object's as they are.
export function describe(object, name, value, enumerable) {
  try {
    Object.defineProperty(object, name, {
      value: value, writable: true, enumerable: enumerable !== false, configurable: true
    })
  } catch (error) {
    object[name] = value
  }
}

// Gives object a method, which bears its name where engines let it.
export function method(object, name, f) {
  rename(f, name)
  describe(object, name, f)
}

export function rename(f, name) {
  try {
    Object.defineProperty(f, 'name', { value: name, configurable: true })
  } catch (error) {}
}

// Gives object an attribute for each getter, with a setter if there is one.
export function attributes(object, getters, setter) {
  for (var name in getters) {
    Object.defineProperty(object, name, {
      get: getters[name], set: setter, enumerable: true, configurable: true
    })
  }
}
