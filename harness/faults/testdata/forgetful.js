// An EventSource with two mistakes: it forgets the last event ID when it reconnects, and
// close does not end its request.
self.EventSource = function (url) {
  var source = this
  var closed = false
  source.readyState = 0
  source.close = function () {
    closed = true
    source.readyState = 2
  }

  function connect() {
    fetch(url).then(function (response) {
      source.onopen({})
      var reader = response.body.getReader()
      var decoder = new TextDecoder()
      var text = ''
      function read() {
        return reader.read().then(function (part) {
          if (part.done) {
            throw new Error('end')
          }
          text += decoder.decode(part.value, { stream: true })
          var blocks = text.split('\n\n')
          text = blocks.pop()
          blocks.forEach(function (block) {
            var fields = /^id: (.*)\ndata: (.*)$/.exec(block)
            if (fields && !closed) {
              source.onmessage({ data: fields[2], lastEventId: fields[1] })
            }
          })
          return read()
        })
      }
      return read()
    }).catch(function () {
      if (!closed) {
        source.onerror({})
        setTimeout(connect, 100)
      }
    })
  }
  connect()
}
