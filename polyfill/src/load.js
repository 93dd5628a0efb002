// Scripts that are loaded from beside this one.

// The element of this script, if it is a classic script of a document that tells.
var page = self.document
export var element = page && page.currentScript

// Where this script is, which can only be learnt while it begins. Workers and
// modules are not told; there an error knows, or else the last script so far is
// the one that runs.
var place = (element || {}).src
try {
  if (!place) throw new Error()
} catch (error) {
  place = (/\w+:\/\/[^\s()]+(?=:\d)/.exec(error.stack) || [])[0]
}
if (page && !place) {
  element = page.scripts[page.scripts.length - 1]
  place = element.src
}

// Loads the script of a name; then calls back, whether that went well or not.
export function load(name, callback) {
  var url = (place || '').replace(/[^/]*$/, name)
  try {
    if (self.trustedTypes) {
      url = trustedTypes.createPolicy('eventsource-wasm', { createScriptURL: String }).createScriptURL(url)
    }
    if (page) {
      var script = page.createElement('script')
      script.nonce = element && element.nonce
      script.src = url
      script.onload = script.onerror = callback
      return page.getElementsByTagName('head')[0].appendChild(script)
    }
    importScripts(url)
  } catch (error) {}
  callback()
}
