// Finds and loads the files beside this script, such as eventsource-legacy.js. LEGACY is
// the name of that file, which differs in the readable build.

import { clearTimeout, setTimeout } from './platform.js'
import { create } from './url.js'

// How long loading may take, in ms. Choices. By default, jsdom does not load scripts,
// and fires no event.
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

// Where the files are. Modules and workers have no element; there an error's stack
// contains the script's URL. If that URL has no folder to load from, the files are
// expected beside the page, or beside the worker's own script.
export var base = folder()

// The URL of the legacy file. The element's data-legacy attribute takes precedence.
export var legacyURL = element && element.getAttribute('data-legacy') || base + LEGACY

var policy // for trusted types

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

// Returns the URL of a script in the form in which the engine accepts it.
export function trusted(url) {
  if (!self.trustedTypes) return url
  policy = policy || trustedTypes.createPolicy('eventsource-wasm', { createScriptURL: String })
  return policy.createScriptURL(url)
}

// Loads the file at url, then calls callback, whether or not it succeeded.
export function load(url, callback) {
  var timer = setTimeout(done, /jsdom/.test(navigator.userAgent) ? JSDOM_PATIENCE : PATIENCE)

  function done() {
    if (timer) callback()
    clearTimeout(timer)
    timer = 0
  }

  try {
    if (page) {
      var script = create('script')
      var allowed = element || page.querySelector('script[nonce]')
      if (allowed) script.nonce = allowed.nonce
      script.src = trusted(url)
      script.onload = script.onerror = done
      return page.documentElement.appendChild(script)
    }
    // Module workers have no importScripts, and some bundlers reject code that names it.
    self['importScripts'](trusted(url))
  } catch (error) {}
  done()
}
