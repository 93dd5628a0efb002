// URLs, as the document or worker sees them.

// Parses url as a URL of the page: absolute, its query in the encoding of the
// document. Throws a SyntaxError if it is none.
export function resolve(url) {
  var page = self.document
  var absolute
  try {
    // An engine without the constructor cannot say that a URL is invalid.
    absolute = self.URL && 'href' in (URL.prototype || 0) ? new URL(url, (page || 0).baseURI || location).href
      : /^\w+:/.test(url) ? url : location.href.replace(/[^/]*$/, url)
  } catch (error) {}
  // Chromium escapes what may not stand in a host, where the standard refuses it.
  if (absolute == null || /^https?:\/\/[^/]*%/.test(absolute)) {
    throw exception('EventSource needs a valid URL: ' + url, 'SyntaxError', 12)
  }
  if (!page) return absolute
  // Only elements know of the document's encoding.
  var link = page.createElement('a')
  link.href = url
  return link.href
}

// The origin of an absolute URL.
export function originOf(url) {
  var parts = /^(?:blob:)?(https?:\/\/)(?:[^/?#]*@)?([^/?#]+)/.exec(url)
  return parts ? parts[1] + parts[2] : 'null'
}

// Whether a request for url can lead to a response at all.
export function requestable(url) {
  return /^(https?|data|blob):/.test(url)
}

// A DOMException, also where it has no constructor.
export function exception(message, name, code) {
  try {
    return new DOMException(message, name)
  } catch (error) {
    return Object.create(DOMException.prototype, {
      message: { value: message }, name: { value: name }, code: { value: code }
    })
  }
}

export function demand(condition, what) {
  if (!condition) throw new TypeError('EventSource needs ' + what)
}
