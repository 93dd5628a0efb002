// Open and error events with details.

import { FAIL } from '../abi.js'
import { PlainEvent as StandardEvent, StreamEvent as StandardStreamEvent } from '../events.js'
import { Decoder } from '../tier.js'
import { observe } from './observe.js'

export { dispatched } from '../events.js'

// How much of a refused response's body is read, in bytes. Choice.
var LIMIT = 65536

// An open or error event of a source.
export function PlainEvent(type, source) {
  StandardEvent.call(this, type)
  var response = source.response_
  if (response) {
    this.status = response.status
    this.statusText = response.statusText
    this.headers = response.headers
    this.url = response.url
  }
  if (type == 'error') {
    var waits = !source.readyState_
    this.reason = reasonOf(source)
    this.error = source.error_
    this.willReconnect = waits
    this.delay = waits ? source.delay_ : undefined
    var text
    this.body = function () { return text = text || bodyOf(response) }
  }
  show(source, type, this)
}

export function StreamEvent(source) {
  StandardStreamEvent.call(this, source)
  show(source, 'event', this)
}

// Passes an event to the observers. If one closes the source, no listener is called.
function show(source, what, event) {
  var state = source.readyState_
  observe(source, what, event)
  event.stopped_ = source.readyState_ != state
}

PlainEvent.prototype = StandardEvent.prototype
StreamEvent.prototype = StandardStreamEvent.prototype

function reasonOf(source) {
  if (source.cause_) return source.cause_
  if (!(source.handle_ >= 0)) return 'unsupported'
  if (source.tokens_ && source.tokens_[0] == FAIL) return 'limit'
  if (source.reason_ == 'status' && !source.response_) return 'cors'
  return source.reason_ == 'none' ? 'aborted' : source.reason_
}

// Returns a promise of the first LIMIT bytes of the body, as text; '' if it is an event
// stream, which the source has read.
function bodyOf(response) {
  var body = response && response.body
  var reader = body && !body.locked && body.getReader()
  var decoder = new Decoder('utf-8')
  var text = ''
  var left = LIMIT

  function read(result) {
    if (result.value) {
      var bytes = result.value.subarray(0, left)
      left -= bytes.length
      text += decoder.decode(bytes, { stream: true })
    }
    if (!result.done && left) return reader.read().then(read)
    reader.cancel().then(null, function () {})
    return text
  }

  return reader ? read({}) : Promise.resolve(text)
}
