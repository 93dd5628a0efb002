// Removes the browser's own EventSource, so that nothing falls back to it.
try {
  delete self.EventSource
} catch (e) {}
if (self.EventSource) self.EventSource = undefined
