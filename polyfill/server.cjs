// What Node.js gets in place of each file: code that a server shares with its pages
// may import it there, but has to wait for a browser to use it.
exports.EventSource = function EventSource() {
  throw new TypeError('EventSource needs a browser: make it only there')
}
