// The classic script: installs EventSource where the engine has none.

import { EventSource } from './eventsource.js'
import { element } from './load.js'
import { hide } from './webidl.js'

// A second copy of the script does nothing. event-source-polyfill uses the same name,
// but its class has no version.
var other = self.EventSourcePolyfill
if (!other || !('version' in other)) {
  self.EventSourcePolyfill = EventSource
  self.NativeEventSource = other ? self.NativeEventSource : self.EventSource
  // An element with the id EventSource is not a class.
  if (!self.EventSource || !self.EventSource.prototype || element && element.getAttribute('data-install') == 'always') {
    hide(self, 'EventSource', EventSource)
  }
}
