// Connections that tabs share: loads eventsource-shared.js, which makes them.

import { close } from '../source.js'
import { base, element, load, trusted } from '../load.js'
import { enter, turn } from './turns.js'

// The URL of the file, if it was not included in a bundle.
var beside

// Makes a source share its connection. Calls alone if the engine cannot: then the source
// needs a connection of its own. Returns a transport.
export function share(source, alone) {
  var options = source.options_
  var given = options.shared_ === true ? element && element.getAttribute('data-shared') : options.shared_
  if (beside == null) beside = self[SHARED] ? '' : base + 'eventsource-shared.js'
  var url = given || beside
  // Sources with the same key share a connection. Options may change later, so the key is
  // made now.
  var connection = JSON.stringify([source.url_, source.withCredentials_, options], function (name, value) {
    return value === options.signal_ ? undefined : value
  })
  var leave

  function begin() {
    // Not on the stack of the caller, which needs the transport first.
    turn(function () {
      if (source.readyState_ == 2) return
      if (!self[SHARED]) return alone()
      leave = self[SHARED](source, connection, { url_: url, alone_: alone, close_: close, enter_: enter, turn_: turn, trusted_: trusted })
    })
  }

  if (self[SHARED]) begin()
  else load(url, begin)
  return {
    stop_: function () {
      if (leave) leave()
    },
    read_: function () {}
  }
}
