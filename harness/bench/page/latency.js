// Latency: the age of events on arrival, at a steady rate. The first events warm
// the code up and do not count.
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
        report(bench.ascending(ages.slice(Math.min(WARM_UP, ages.length / 2))))
      })
    })
    source = bench.ready('stream', function (data) {
      ages.push(bench.age(data, offset))
      count(data)
    }, function () {
      bench.cpu(function (time) {
        before = time
        bench.sendStartSignal()
      })
    })
  })

  function report(sorted) {
    figures.p50 = bench.quantile(sorted, 0.5)
    figures.p90 = bench.quantile(sorted, 0.9)
    figures.p99 = bench.quantile(sorted, 0.99)
    figures.max = sorted[sorted.length - 1]
    bench.report(figures, bench.percentiles(sorted))
  }
}())
