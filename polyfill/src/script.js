// The classic script: installs EventSource where there is none.

import { EventSource } from './eventsource.js'
import { describe } from './describe.js'
import { element } from './load.js'

var native = self.EventSource

// A second copy of the script changes nothing.
if (!self.EventSourcePolyfill) {
  describe(self, 'EventSourcePolyfill', EventSource, false)
  describe(self, 'NativeEventSource', native, false)
  if (!native || element && element.getAttribute('data-install') == 'always') {
    describe(self, 'EventSource', EventSource, false)
  }
}
