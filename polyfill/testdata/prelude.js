// Goes before everything else in a page: takes the browser's own EventSource away
// and sends to the server what the page would log.

delete self.EventSource

console.log = console.error = function () {
  var request = new XMLHttpRequest()
  request.open('POST', '/log')
  request.send([].join.call(arguments, ' '))
}
self.onerror = function (message) { console.log(message) }

if (self.EventSource) console.log('the native EventSource is still there')
