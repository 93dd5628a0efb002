// The classic script of the second build: defines EventSourcePlus, and installs it as
// EventSource where the engine has none.

import { EventSource } from './eventsource.js'
import { element } from '../load.js'
import { hide } from '../webidl.js'

// A second copy of the script does nothing.
if (!self.EventSourcePlus) {
  self.EventSourcePlus = EventSource
  if (!self.EventSource || !self.EventSource.prototype || element && element.getAttribute('data-install') == 'always') {
    hide(self, 'EventSource', EventSource)
  }
}
