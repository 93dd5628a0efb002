// Finds and loads eventsource-legacy.js, the file beside this script. LEGACY is its
// name, which differs in the readable build.

import { clearTimeout, setTimeout } from './platform.js'
import { create } from './url.js'

// How long loading may take, in ms. Choices. jsdom loads no scripts unless it is told
// to, and fires no event then.
var PATIENCE = 30000
var JSDOM_PATIENCE = 1000

// Matches the folder of a script's URL, if scripts can be loaded from there. The URL
// ends in the name of a file, or, on a CDN, in the package's name with or without a
// version.
var FOLDER = /^(?!webpack)[\w.+-]+:\/\/[^?#]*(?:\/(?=[^\/?#]*\.[cm]?js(?:[:?#]|$))|\/eventsource-wasm(?:@[^\/?#]*)?(?=[?#]|$))/

var page = self.document

// The element of this script, if there is one. In engines without currentScript it is
// recognized by the file's name.
export var element = page && (page.currentScript || !('currentScript' in page) &&
  [].slice.call(page.querySelectorAll('script[src*="' + NAME + '.js"]')).pop())

// The URL of the file. The element's data-legacy attribute takes precedence. Modules
// and workers have no element; there an error's stack contains the script's URL. If
// that URL has no folder to load from, the file is expected beside the page, or beside
// the worker's own script.
export var url = element && element.getAttribute('data-legacy') || folder() + LEGACY

function folder() {
  var parts = FOLDER.exec(element && element.src) || FOLDER.exec(/[\w.+-]+:\/\/[^\s(),]+/.exec(stack()))
  return parts ? parts[0] + (/\/$/.test(parts) ? '' : '/dist/') : ''
}

// Returns the stack. Internet Explorer fills it in when the error is thrown.
function stack() {
  try {
    throw new Error()
  } catch (error) {
    return error.stack
  }
}

// Loads the file, then calls callback, whether or not it succeeded.
export function load(callback) {
  var timer = setTimeout(done, /jsdom/.test(navigator.userAgent) ? JSDOM_PATIENCE : PATIENCE)

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
    // Module workers have no importScripts, and some bundlers reject code that names it.
    self['importScripts'](trusted)
  } catch (error) {}
  done()
}
