// Start: the time from the page's first script, which runs before that of the
// implementation, to the first event.
(function () {
  var figures = { loaded: bench.now() - began }

  var source = bench.connect('stream', function () {
    if (!('message' in figures)) figures.message = bench.now() - began
    setTimeout(function () {
      source.close()
      bench.report(figures)
    })
  }, function () {
    figures.open = bench.now() - began
  })
}())
