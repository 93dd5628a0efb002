// Takes the place of `self` in the build for mini programs, which have no browser
// classes that work on every device.
export var self = {}
