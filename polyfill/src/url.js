// URLs, as the document or worker sees them.

import { exception } from './webidl.js'

// Parses url as a URL of the page: absolute, its query in the encoding of the
// document. Throws a SyntaxError if it is none.
export function resolve(url) {
  var parsed
  try {
    if (self.document) {
      // Only elements know of the document's base URL and encoding.
      parsed = create('a')
      parsed.href = url
    } else {
      parsed = new URL(url, location)
    }
  } catch (error) {}
  // Chromium escapes what may not stand in a host, where the standard refuses it.
  if (!parsed || parsed.protocol == ':' || /^https?:\/\/[^/]*%[^/@]*\//.test(parsed.href)) {
    throw exception('EventSource needs a valid URL: ' + url, 'SyntaxError', 12)
  }
  return parsed.href
}

// Makes an element of HTML, also in documents that are none.
export function create(name) {
  return document.createElementNS('http://www.w3.org/1999/xhtml', name)
}

// The origin of the page.
export function ownOrigin() {
  return self.origin || originOf(location.href)
}

// The origin of an absolute URL.
export function originOf(url) {
  var parts = /^(?:blob:)?(https?:\/\/)(?:[^/?#]*@)?([^/?#]+)/.exec(url)
  return parts ? parts[1] + parts[2] : 'null'
}
