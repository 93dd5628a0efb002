// Latency: how old events are when they come, at a steady pace. The first ones
// warm up and do not count.
(function () {
  var WARM_UP = 500 // events
  var task = bench.task
  var figures = {}
  var ages = []

  bench.clock(function (offset) {
    var source, before
    var count = bench.counter(function () {
      source.close()
      bench.cpu(function (after) {
        if (after !== null) figures.cpu = (after - before) / (task.count / task.rate * 10)
        tell(bench.ascending(ages.slice(Math.min(WARM_UP, ages.length / 2))))
      })
    })
    source = bench.ready('stream', function (data) {
      ages.push(bench.age(data, offset))
      count(data)
    }, function () {
      bench.cpu(function (time) {
        before = time
        bench.go()
      })
    })
  })

  function tell(sorted) {
    figures.p50 = bench.quantile(sorted, 0.5)
    figures.p90 = bench.quantile(sorted, 0.9)
    figures.p99 = bench.quantile(sorted, 0.99)
    figures.max = sorted[sorted.length - 1]
    bench.report(figures, bench.hundredths(sorted))
  }
}())
