// The core in JavaScript, which restarts the connection when the text that
// XMLHttpRequest holds gets large.

import core from 'eventsource-core.js'
import { passed, pending } from './xhr.js'

// The core, with a feed that also says how much text the transport holds.
export var bounded = Object.create(core, {
  feed_: { value: function (handle, size) { return core.feed_(handle, size) || core.held_(handle, passed, pending) } }
})
