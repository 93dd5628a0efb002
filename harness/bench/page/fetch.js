// The floor: what any client that reads with fetch must at least do. It cuts the
// text at blank lines, takes what is behind `data: `, and makes no objects.
function benchClient(url, types, on, opened) {
  var reader

  fetch(url).then(function (response) {
    var decoder = new TextDecoder()
    var rest = ''
    reader = response.body.getReader()
    if (opened) opened()
    read()

    function read() {
      reader.read().then(function (result) {
        if (result.done) return
        cut(decoder.decode(result.value, { stream: true }))
        read()
      }, function () {})
    }

    function cut(text) {
      var from = 0
      var to = Math.max(rest.length - 1, 0)
      text = rest + text
      while ((to = text.indexOf('\n\n', to)) >= 0) {
        on(text.substring(text.indexOf('data: ', from) + 6, to))
        from = to += 2
      }
      rest = text.substring(from)
    }
  })
  return { close: function () { reader.cancel() } }
}

// Alone it only decodes.
function benchParser() {
  var decoder = new TextDecoder()
  return function (bytes) { decoder.decode(bytes, { stream: true }) }
}
benchParser.silent = true
