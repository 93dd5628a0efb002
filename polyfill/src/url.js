// URLs, as the document or worker sees them.

// Parses url as a URL of the page: absolute, its query in the encoding of the
// document. Throws a SyntaxError DOMException if it is none.
export function resolve(url) {
  var page = self.document
  var absolute
  try {
    absolute = new URL(url, page ? page.baseURI : location.href)
  } catch (error) {}
  // Chromium escapes what may not stand in a host, where the standard refuses it.
  if (!absolute || /^https?:\/\/[^/]*%/.test(absolute.href)) {
    throw new DOMException("Cannot open an EventSource to '" + url + "'. The URL is invalid.", 'SyntaxError')
  }
  if (!page) return absolute.href
  // Only elements know of the document's encoding.
  var link = page.createElement('a')
  link.href = url
  return link.href
}

// The origin of an absolute URL.
export function originOf(url) {
  return new URL(url).origin
}

// Whether a fetch of url can lead to a response at all.
export function requestable(url) {
  return /^(https?|data|blob):/.test(url)
}
