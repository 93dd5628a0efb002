// Has the right events, and never opens a stream.
function EventSource(url) {
  var source = this
  this.url = url
  this.readyState = 0
  this.listeners = {}
  setTimeout(function () {
    source.readyState = 1
    source.fire(new Event('open'))
    source.fire(new MessageEvent('message', {data: 'a'}))
  }, 10)
}
EventSource.prototype.addEventListener = function (type, listener) {
  this.listeners[type] = listener
}
EventSource.prototype.fire = function (event) {
  if (this.listeners[event.type]) this.listeners[event.type].call(this, event)
}
EventSource.prototype.close = function () { this.readyState = 2 }
