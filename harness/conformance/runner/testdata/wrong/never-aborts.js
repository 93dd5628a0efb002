// Leaves the connection open when it is closed.
rules.abort = function () {}
