// The classic script: installs EventSource where there is none.

import { EventSource } from './eventsource.js'
import { describe } from './describe.js'

var script = self.document && document.currentScript
var native = self.EventSource

// A second copy of the script changes nothing.
if (!self.EventSourcePolyfill) {
  describe(self, 'EventSourcePolyfill', EventSource, false)
  describe(self, 'NativeEventSource', native, false)
  if (!native || script && script.getAttribute('data-install') == 'always') {
    describe(self, 'EventSource', EventSource, false)
  }
}
