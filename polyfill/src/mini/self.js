// Takes the place of `self` in the build for mini programs, whose JavaScript has no
// classes of a browser that could be trusted on every device.
export var self = {}
