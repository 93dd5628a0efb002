// The floor: the least work of any client that reads with fetch. It splits the
// text at blank lines, takes what follows `data: `, and makes no event objects.
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
        split(decoder.decode(result.value, { stream: true }))
        read()
      }, function () {})
    }

    function split(text) {
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

// The floor of a parser only decodes.
function benchParser() {
  var decoder = new TextDecoder()
  return function (bytes) { decoder.decode(bytes, { stream: true }) }
}
benchParser.silent = true
