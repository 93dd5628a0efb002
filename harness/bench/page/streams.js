// Streams: many at once, each at a low rate.
(function () {
  var STREAMS = 50
  var task = bench.task
  var figures = { opened: 0 }
  var sources = []
  var ages = []
  var began, before, offset
  var ended = 0

  function open(i) {
    var count = bench.counter(end)
    var receive = function () {
      receive = function (data) {
        ages.push(bench.age(data, offset))
        count(data)
      }
      if (++figures.opened == STREAMS) begin()
    }
    return bench.connect('stream?phase=' + i / STREAMS, function (data) { receive(data) })
  }

  function begin() {
    figures.ready = bench.now() - began
    bench.clock(function (difference) {
      offset = difference
      bench.cpu(function (time) {
        before = time
        bench.sendStartSignal()
      })
    })
  }

  function end() {
    if (++ended < STREAMS) return
    for (var i = 0; i < STREAMS; i++) sources[i].close()
    bench.cpu(function (after) {
      var sorted = bench.ascending(ages)
      if (after !== null) figures.cpu = (after - before) / (task.count / task.rate * 10)
      figures.p50 = bench.quantile(sorted, 0.5)
      figures.p99 = bench.quantile(sorted, 0.99)
      bench.report(figures)
    })
  }

  began = bench.now()
  for (var i = 0; i < STREAMS; i++) sources.push(open(i))
}())
