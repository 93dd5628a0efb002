// Does not close the connection in close().
rules.abort = function () {}
