import { createParser } from 'eventsource-parser'

// The package is only a parser, so fetch feeds it.
window.benchClient = function (url, types, on, opened) {
  var reader

  fetch(url).then(function (response) {
    var feed = benchParser(on)
    reader = response.body.getReader()
    if (opened) opened()
    read()

    function read() {
      reader.read().then(function (result) {
        if (result.done) return
        feed(result.value)
        read()
      }, function () {})
    }
  })
  return { close: function () { reader.cancel() } }
}

window.benchParser = function (on) {
  var decoder = new TextDecoder()
  var parser = createParser({ onEvent: function (event) { on(event.data, event) } })
  return function (bytes) { parser.feed(decoder.decode(bytes, { stream: true })) }
}
