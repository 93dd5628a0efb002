// Memory: the heap during a long stream at a steady rate whose events are not kept;
// then the cost of keeping one event in a thousand.
(function () {
  var SAMPLE = 500 // ms from one sample of the heap to the next
  var KEEP = 1000 // one event in so many
  var MB = 1e6
  var task = bench.task
  var figures = {}
  var kept = []

  function heap() { return performance.memory.usedJSHeapSize }

  function collected(callback) {
    gc()
    setTimeout(function () {
      gc()
      callback(heap())
    }, 100)
  }

  function keepNone() {
    var source, before, base, timer
    var curve = []

    source = bench.ready('stream', bench.counter(function () {
      clearInterval(timer)
      bench.cpu(function (after) {
        if (after !== null) figures.cpu = (after - before) / (task.count / task.rate * 10)
        figures.peak = Math.max.apply(null, curve)
        collected(function (size) {
          figures.growth = (size - base) / MB
          source.close()
          keepSome(curve)
        })
      })
    }), function () {
      collected(function (size) {
        base = size
        timer = setInterval(function () { curve.push((heap() - base) / MB) }, SAMPLE)
        bench.cpu(function (time) {
          before = time
          bench.sendStartSignal()
        })
      })
    })
  }

  function keepSome(curve) {
    var base
    var count = bench.counter(function () {
      collected(function (size) {
        figures.kept = (size - base) / kept.length
        source.close()
        bench.report(figures, curve)
      })
    })
    var seen = 0
    var source = bench.ready('stream?rate=0', function (data) {
      if (seen++ % KEEP == 0) kept.push(data)
      count(data)
    }, function () {
      collected(function (size) {
        base = size
        bench.sendStartSignal()
      })
    })
  }

  keepNone()
}())
