// Removes the browser's own EventSource, so that nothing falls back to it.
try {
  delete window.EventSource
} catch (e) {}
if (window.EventSource) window.EventSource = undefined
