// URLs and origins, relative to the document or worker.

import { exception, FAILED } from './webidl.js'

// Parses url against the document's base URL and encoding, and returns the absolute
// URL. Throws a SyntaxError if it is invalid.
export function resolve(url) {
  try {
    var parsed
    if (self.document) {
      // Only elements use the document's base URL and encoding.
      parsed = create('a')
      parsed.href = url
      // Internet Explorer parses absolute URLs only, and throws if the URL is invalid.
      parsed.href = parsed.href
    } else {
      parsed = new URL(url, location)
    }
    // Chromium escapes code points that the standard forbids in a host.
    if (parsed.protocol[1] && !/^https?:\/\/[^/]*%[^/@]*\//.test(parsed.href)) return parsed.href
  } catch (error) {}
  throw exception(FAILED + 'invalid URL ' + url, 'SyntaxError', 12)
}

// Creates an HTML element, also in documents of another kind, such as SVG.
export function create(name) {
  return document.createElementNS('http://www.w3.org/1999/xhtml', name)
}

// Returns the origin of an absolute URL.
export function originOf(url) {
  var parts = /^(?:blob:)?(https?:\/\/)(?:[^/?#]*@)?([^/?#]+)/.exec(url)
  return parts ? parts[1] + parts[2] : 'null'
}
