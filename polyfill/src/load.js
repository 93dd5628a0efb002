// Loads eventsource-legacy.js, which lies beside this script.

import { create } from './url.js'

// How long the file may take, in ms. Choice.
var PATIENCE = 30000

// The folder of a script that can be loaded: what comes before the name of its
// file. A CDN also serves the script for the package's name, with or without a
// version.
var FOLDER = /^(?!webpack|blob|data|node)[\w.+-]+:\/\/[^?#]*(?:\/(?=[^\/?#]*\.[cm]?js(?:[:?#]|$))|\/eventsource-wasm(?:@[^\/?#]*)?(?=[?#]|$))/

var page = self.document

// The element of this script, if there is one. In engines without currentScript
// only its name tells it from others.
export var element = page && (page.currentScript || !('currentScript' in page) &&
  [].slice.call(page.querySelectorAll('script[src*="eventsource.js"]')).pop())

// The URL of the file. The element can say so itself. Modules and workers have no
// element; there the trace of an error names the script. If that cannot be loaded,
// the file is beside the page, or beside the worker's own script.
export var url = element && element.getAttribute('data-legacy') || folder() + 'eventsource-legacy.js'

function folder() {
  var parts = FOLDER.exec(element && element.src) || FOLDER.exec(/[\w.+-]+:\/\/[^\s(),]+/.exec(trace()))
  return parts ? parts[0] + (/\/$/.test(parts) ? '' : '/dist/') : ''
}

// Internet Explorer makes the trace when the error is thrown.
function trace() {
  try {
    throw new Error()
  } catch (error) {
    return error.stack
  }
}

// Loads the file, then calls back, whether that went well or not.
export function load(callback) {
  var timer = setTimeout(done, PATIENCE)

  function done() {
    if (timer) callback()
    clearTimeout(timer)
    timer = 0
  }

  try {
    var trusted = self.trustedTypes ? trustedTypes.createPolicy('eventsource-wasm', { createScriptURL: String }).createScriptURL(url) : url
    if (page) {
      var script = create('script')
      var allowed = element || page.querySelector('script[nonce]')
      if (allowed) script.nonce = allowed.nonce
      script.src = trusted
      script.onload = script.onerror = done
      return page.documentElement.appendChild(script)
    }
    // Module workers have none, and some bundlers refuse the name.
    self['importScripts'](trusted)
  } catch (error) {}
  done()
}
