// Throughput: the time from the start signal to the last event. A second, untimed
// pass checks that all data arrived as it was sent.
(function () {
  var task = bench.task
  var figures = {}

  function timed() {
    var source, began, before, took, ticked

    // Measures how long the page is blocked: the longest time between two timers.
    function tick() {
      figures.stalled = Math.max(figures.stalled, bench.now() - ticked)
      ticked = bench.now()
      if (!took) setTimeout(tick)
    }

    source = bench.ready('stream', bench.counter(function () {
      took = bench.now() - began
      tick()
      figures.rate = task.count / took * 1000
      figures.megabytes = task.size / took / 1000
      source.close()
      bench.cpu(function (after) {
        if (after !== null) figures.cpu = after - before
        checked()
      })
    }), function () {
      bench.cpu(function (time) {
        before = time
        began = ticked = bench.now()
        figures.stalled = 0
        tick()
        bench.sendStartSignal()
      })
    })
  }

  function checked() {
    var sum = 0
    var count = bench.counter(function () {
      source.close()
      if (sum == task.checksum) bench.report(figures)
      else bench.fail('the data is damaged: its checksum is ' + sum + ' instead of ' + task.checksum)
    })
    var source = bench.ready('stream', function (data, event) {
      for (var i = 0; i < data.length; i++) sum = (sum << 5) - sum + data.charCodeAt(i) | 0
      check(data, event)
      count(data)
    }, bench.sendStartSignal)
  }

  // Checks the type and the id of an event, which are also in its data.
  function check(data, event) {
    if (task.types.length == 1 || !event) return
    var sent = JSON.parse(data)
    var type = event.event || event.type
    var id = event.lastEventId || event.id
    if (type != sent.type || id != sent.n) {
      bench.fail('event ' + sent.n + ' has type ' + type + ' and id ' + id)
    }
  }

  timed()
}())
