// Removes the browser's own EventSource, so that nothing falls back to it. One
// that the same script declares is there already, and stays.
if (/\[native code\]|Constructor\]/.test(self.EventSource)) {
  try {
    delete self.EventSource
  } catch (e) {}
  if (self.EventSource) self.EventSource = undefined
}
