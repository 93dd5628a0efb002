// Start: the time from the page's first script, which runs before that of the
// implementation, to the first event; the median of many page loads in one browser.
//
// Each load is of another site, for which Chromium takes another process. So nothing
// is compiled or cached yet, as on a first visit, while the browser itself is warm.
// The figures of the loads so far are in the URL's fragment.
(function () {
  var WARM_UP = 3 // loads that do not count
  var IDLE = 100 // ms from one load to the next
  var loads = JSON.parse(decodeURIComponent(location.hash.slice(1)) || '[]')
  var figures = { loaded: bench.now() - began }

  var source = bench.connect('stream', function () {
    if ('message' in figures) return
    figures.message = bench.now() - began
    setTimeout(end, IDLE)
  }, function () {
    figures.open = bench.now() - began
  })

  function end() {
    source.close()
    loads.push(figures)
    if (loads.length == WARM_UP + bench.task.count) {
      report()
    } else {
      location.replace('http://load' + loads.length + '.localhost:' + location.port + location.pathname +
        '#' + encodeURIComponent(JSON.stringify(loads)))
    }
  }

  function report() {
    bench.report({ message: median('message'), open: median('open'), loaded: median('loaded') },
      bench.percentiles(column('message')))
  }

  function median(name) { return bench.quantile(column(name), 0.5) }

  // One figure of all loads that count, ascending.
  function column(name) {
    return bench.ascending(loads.slice(WARM_UP).map(function (load) { return load[name] }))
  }
}())
