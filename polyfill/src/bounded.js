// The core in JavaScript, which reestablishes the connection when the text that
// XMLHttpRequest holds gets large.

import core from 'eventsource-core.js'
import { held } from './xhr.js'

// The core, with a feed that also passes on how much text the transport holds.
export var bounded = Object.create(core, {
  feed_: { value: function (handle, size) { return core.feed_(handle, size) || core.held_(handle, held) } }
})
