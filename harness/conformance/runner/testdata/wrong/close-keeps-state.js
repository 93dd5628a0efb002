// Does not change its state when it is closed.
rules.close = function () {}
