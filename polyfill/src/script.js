// The classic script: installs EventSource where there is none.

import { EventSource } from './eventsource.js'
import { hide } from './define.js'
import { element } from './load.js'

// A second copy of the script changes nothing.
if (!self.EventSourcePolyfill) {
  hide(self, 'EventSourcePolyfill', EventSource)
  hide(self, 'NativeEventSource', self.EventSource)
  if (!self.EventSource || element && element.getAttribute('data-install') == 'always') {
    hide(self, 'EventSource', EventSource)
  }
}
