// URLs and origins. A relative URL needs a base: the URL of a document, or a location.

import { exception, FAILED } from './webidl.js'

export { originOf } from '../url.js'

// React Native's class URL only concatenates its arguments.
var parses = resolved('../b?c', 'http://a:80/d/e') == 'http://a/b?c'

// Returns the absolute URL of url. Throws a SyntaxError if it is invalid.
export function resolve(url) {
  var page = base()
  var result = parses ? resolved(url, page) : normalized(url)
  if (result) return result
  throw exception(FAILED + 'invalid URL ' + url + (page ? '' : ': without a page, it must be absolute, such as http://localhost:8080/events'), 'SyntaxError', 12)
}

function base() {
  try {
    return self.document && document.baseURI || self.location.href
  } catch (error) {} // no location; Deno's may throw
}

function resolved(url, page) {
  try {
    return new URL(url, page).href
  } catch (error) {}
}

// Returns an absolute HTTP URL with its scheme and host in lower case, with a path, and
// with characters outside ASCII escaped. Returns '' if url is not such a URL.
function normalized(url) {
  var parts = /^(https?):\/\/((?:[^\s\/?#@]*@)?)([^\s\/?#@\\<>^|%"]+)([\/?#].*)?$/i.exec(url.replace(/^[\0- ]+|[\0- ]+$|[\t\r\n]/g, ''))
  if (!parts) return ''
  var scheme = parts[1].toLowerCase()
  var host = parts[3].toLowerCase().replace(scheme == 'http' ? /:(80)?$/ : /:(443)?$/, '')
  var rest = (parts[4] || '').replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[^!-~]/g, encoded)
  return scheme + '://' + parts[2] + host + (rest.charAt(0) == '/' ? '' : '/') + rest
}

// Returns a character as percent-encoded UTF-8.
function encoded(character) {
  try {
    return encodeURIComponent(character)
  } catch (half) { // of a surrogate pair
    return '%EF%BF%BD'
  }
}
