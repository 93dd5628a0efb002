// Parser: turns the bytes of a stream, in chunks of the size that the network
// delivers, into strings; no network, no event objects. The implementation defines
// benchParser(on, types), which returns a function that takes the next chunk and
// calls on with the data of each event. A silent one only decodes and never calls on.
(function () {
  var CHUNK = 65536 // bytes
  var WARM_UP = 2 // passes
  var PASSES = 9
  var task = bench.task
  var chunks = []
  var rates = []

  function pass(on) {
    var feed = benchParser(on, task.types)
    for (var i = 0; i < chunks.length; i++) feed(chunks[i])
  }

  function timed(left) {
    var ended = false
    var began = bench.now()
    pass(bench.counter(function () { ended = true }))
    var took = bench.now() - began
    if (!ended && !benchParser.silent) return bench.fail('the last event is missing')
    if (left <= PASSES) rates.push(task.size / took / 1000)
    if (left > 1) setTimeout(function () { timed(left - 1) }, 20)
    else checked()
  }

  function checked() {
    var sum = 0
    pass(function (data) {
      for (var i = 0; i < data.length; i++) sum = (sum << 5) - sum + data.charCodeAt(i) | 0
    })
    if (sum != task.checksum && !benchParser.silent) return bench.fail('the data is damaged')
    var megabytes = bench.median(rates)
    bench.report({ megabytes: megabytes, rate: megabytes * 1e6 / task.size * task.count })
  }

  fetch('bytes').then(function (response) { return response.arrayBuffer() }).then(function (bytes) {
    for (var i = 0; i < bytes.byteLength; i += CHUNK) {
      chunks.push(new Uint8Array(bytes, i, Math.min(CHUNK, bytes.byteLength - i)))
    }
    setTimeout(function () { timed(WARM_UP + PASSES) }, 200)
  })
}())
