// Memory: the heap while a long stream comes at a steady pace and is forgotten;
// then what it costs to keep one event in a thousand.
(function () {
  var SAMPLE = 500 // ms between two looks at the heap
  var KEEP = 1000 // one in so many
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

  function forgotten() {
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
          keeping(curve)
        })
      })
    }), function () {
      collected(function (size) {
        base = size
        timer = setInterval(function () { curve.push((heap() - base) / MB) }, SAMPLE)
        bench.cpu(function (time) {
          before = time
          bench.go()
        })
      })
    })
  }

  function keeping(curve) {
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
        bench.go()
      })
    })
  }

  forgotten()
}())
