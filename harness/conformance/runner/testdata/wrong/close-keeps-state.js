// Does not change readyState in close().
rules.close = function () {}
