// Posts records of its own, with right answers, in every way that it finds. It never
// opens a stream.
var record = JSON.stringify(self.answers)

function EventSource() {
  this.readyState = 0
}
EventSource.prototype.addEventListener = function () {}
EventSource.prototype.close = function () {}

function post(key) {
  var request = new XMLHttpRequest()
  request.open('POST', 'result' + key, false)
  request.send(record)
}

function load(url) {
  var request = new XMLHttpRequest()
  request.open('GET', url, false)
  request.send()
  return request.responseText
}

var ways = {
  // Is faster than the recorder.
  'posts first': function () {
    post('')
  },

  // Looks for the key in the page.
  'reads the page': function () {
    var key = /trust\("(\w+)/.exec(document.documentElement.innerHTML)
    post(key ? '?key=' + key[1] : '')
  },

  // Looks for the key in another copy of the page.
  'loads the page again': function () {
    var key = /trust\("(\w+)/.exec(load('./'))
    post(key ? '?key=' + key[1] : '')
  },

  // Gives the recorder another task, and replaces what it may use.
  'replaces everything': function () {
    recorder.take({implementation: '', addresses: {}, client: {limit: 100, settle: 0}, events: 0, log: 1}, function (t) {
      for (var i = 0; i < self.answers.log.length; i++) t.log(self.answers.log[i][0], self.answers.log[i][1])
      t.done()
    })
    XMLHttpRequest.prototype.send = (function (send) {
      return function () { send.call(this, record) }
    }(XMLHttpRequest.prototype.send))
    self.XMLHttpRequest = function () {
      var request = this
      this.open = function (method, url) { request.url = url }
      this.send = function () { post(request.url.replace(/.*result/, '')) }
    }
    JSON.stringify = function () { return record }
    Object.prototype.toJSON = Array.prototype.toJSON = function () { return self.answers }
    Array.prototype.push = function () { return 0 }
    String.prototype.replace = function () { return record }
    String.prototype.charCodeAt = function () { return 65 }
    self.setTimeout = function () {}
  }
}
ways[self.way]()
