// The classic script: installs EventSource where the engine has none.

import { EventSource } from './eventsource.js'
import { element } from './load.js'
import { hide } from './webidl.js'

// A second copy of the script does nothing.
if (!self.EventSourcePolyfill) {
  self.EventSourcePolyfill = EventSource
  self.NativeEventSource = self.EventSource
  if (!self.EventSource || element && element.getAttribute('data-install') == 'always') {
    hide(self, 'EventSource', EventSource)
  }
}
