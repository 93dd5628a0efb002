// Scripts that are loaded from beside this one.

import { create } from './url.js'

// The element of this script: it, or without currentScript the last so far, is the
// one that runs.
var page = self.document
export var element = page && (page.currentScript || page.scripts[page.scripts.length - 1])

// The folder of this script, which can only be learnt while it begins. Workers and
// modules are not told; but an error knows, or else it is beside the worker's own.
export var folder = /\w+:\/\/[^\s(),]+\//.exec([new Error().stack, element ? element.src : location.href])

// Loads the script of a name; then calls back, whether that went well or not.
export function load(name, callback) {
  try {
    var url = folder + name
    if (self.trustedTypes) {
      url = trustedTypes.createPolicy('eventsource-wasm', { createScriptURL: String }).createScriptURL(url)
    }
    if (page) {
      var script = create('script')
      script.nonce = element.nonce
      script.src = url
      script.onload = script.onerror = callback
      return page.documentElement.appendChild(script)
    }
    importScripts(url)
  } catch (error) {}
  callback()
}
