// The classic script: installs EventSource where there is none.

import { EventSource } from './eventsource.js'
import { describe } from './describe.js'
import { legacy } from './core.js'

// Without currentScript: the last so far is the one that runs.
var page = self.document
var script = page && (page.currentScript || page.scripts[page.scripts.length - 1])
if (script && script.src) legacy.url_ = script.src.replace(/[^/]*$/, legacy.url_)
var native = self.EventSource

// A second copy of the script changes nothing.
if (!self.EventSourcePolyfill) {
  describe(self, 'EventSourcePolyfill', EventSource, false)
  describe(self, 'NativeEventSource', native, false)
  if (!native || script && script.getAttribute('data-install') == 'always') {
    describe(self, 'EventSource', EventSource, false)
  }
}
