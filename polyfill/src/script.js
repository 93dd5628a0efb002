// The classic script: installs EventSource where there is none.

import { EventSource } from './eventsource.js'
import { hide } from './webidl.js'
import { element } from './load.js'

// A second copy of the script changes nothing.
if (!self.EventSourcePolyfill) {
  self.EventSourcePolyfill = EventSource
  self.NativeEventSource = self.EventSource
  if (!self.EventSource || element && element.getAttribute('data-install') == 'always') {
    hide(self, 'EventSource', EventSource)
  }
}
