// The transport that uses XMLHttpRequest, for engines whose fetch has no streams. Its
// contract is that of fetch.js.
//
// XMLHttpRequest gives text, but the core reads bytes. With the charset x-user-defined
// the engine decodes each byte to one character, bytes above 0x7F to U+F780 to U+F7FF.
// It decodes UTF-8 instead if the response begins with a byte order mark, or if the
// type cannot be overridden. encode turns either kind of text back into bytes.

import { setTimeout } from './platform.js'
import { isForeign, watch } from './refusal.js'

// The type that overrides the response's.
var BYTES = 'text/event-stream; charset=x-user-defined'

// The most characters to pass on at once. Their bytes are at most one chunk of the
// core.
var PART = 10920

// Up to this many characters, the text is read whenever it has grown. Engines copy
// the whole text for each read, so a longer one is read only on progress events,
// about every 50 ms.
var SHORT = 131072

// Of the response whose bytes are being passed on: how many characters have been passed
// on, and how many have not. The engine keeps all of them in memory until the request is
// aborted.
export var passed = 0
export var pending = 0

// Whether to send headers against caches, by URL; undefined: yes. They are not sent to
// another origin, which would have to allow them in a preflight. A URL of the page's
// origin may redirect to another one. So if a request has no response, the next one
// goes without, until it is known whether the URL does.
var fresh = {}

// Whether to override the type. WebKit 538 to 602 would then report the overriding type
// as the response's own, and a wrong type would pass for an event stream. A feature test
// would need a request, which the page's policy may report. So the type is not overridden
// there; the price is that these engines decode by the response's charset.
var overrides

export function request(url, headers, withCredentials, to) {
  var foreign = isForeign(url)
  var explain = watch(url)
  var xhr
  var text = '' // as it was last read: each read may copy it
  var seen = 0 // characters of the text that were passed on
  var begun = false
  var wanted = false // read_ was called and not yet answered
  var giving = false
  var stopped = false

  // A document with an opaque origin has no domain; old engines do not say so in origin.
  var page = self.document || self.location || {}
  var guarded = !foreign && fresh[url] !== false && page.domain !== ''
  if (guarded) {
    headers['Cache-Control'] = headers.Pragma = 'no-cache'
    // Internet Explorer obeys only this.
    if (page.documentMode) headers['If-Modified-Since'] = 'Thu, 01 Jan 1970 00:00:00 GMT'
  }
  send()

  function send() {
    xhr = new XMLHttpRequest()
    overrides = !!xhr.overrideMimeType && !/WebKit\/(538|60[0-2])/.test(self.navigator && navigator.userAgent)
    try {
      xhr.open(to.method_ || 'GET', url)
      // Old engines do not trim header values.
      Object.keys(headers).forEach(function (name) {
        xhr.setRequestHeader(name, headers[name].replace(/^[\t ]+|[\t ]+$/g, ''))
      })
      xhr.withCredentials = withCredentials
      if (overrides) xhr.overrideMimeType(BYTES)
      xhr.onprogress = advance
      xhr.onreadystatechange = function () {
        if (seen < SHORT || xhr.readyState == 4) advance()
      }
      xhr.send(to.body_)
    } catch (error) {
      // The page's policy forbids the request, or the engine refuses the ID.
      xhr.onreadystatechange = null
      setTimeout(function () {
        if (!stopped) to.none_(true)
      })
    }
  }

  function advance() {
    if (stopped || xhr.readyState < 2) return
    if (!begun && xhr.status) {
      begun = true
      var redirected = !!xhr.responseURL && xhr.responseURL != url.replace(/#.*/, '')
      fresh[url] = xhr.responseURL ? !isForeign(xhr.responseURL) : guarded || undefined
      to.head_(xhr.status, xhr.getResponseHeader('Content-Type') || '', xhr.responseURL || url, redirected, xhr)
    }
    if (wanted) give()
    else if (!begun && xhr.readyState == 4) none()
  }

  function none() {
    if (!fresh[url]) fresh[url] = guarded ? false : undefined
    explain(function (blocked) {
      if (!stopped) to.none_(blocked)
    })
  }

  // Passes on the text so far while more is wanted. The receiver of bytes calls read_
  // synchronously; the loop keeps that from recursing.
  function give() {
    wanted = true
    while (wanted && !giving && !stopped) {
      if (seen == text.length) receive()
      giving = true
      wanted = false
      if (seen < text.length) {
        // Do not split a surrogate pair.
        var part = text.substr(seen, PART)
        if (/[\uD800-\uDBFF]$/.test(part)) part = text.substr(seen, PART + 1)
        // If the text begins with a byte order mark, the engine has removed another one.
        var next = encode(seen || text.charCodeAt(0) != 0xFEFF ? part : '\uFEFF' + part)
        passed = seen += part.length
        if (seen == text.length) receive()
        pending = text.length - seen
        to.bytes_(next)
      } else if (xhr.readyState == 4) {
        to.end_()
      } else {
        giving = false
        wanted = true
        return
      }
      giving = false
    }
  }

  // Some engines throw after an error, others until the response is complete.
  function receive() {
    try {
      if (xhr.readyState > 2) text = xhr.responseText || ''
    } catch (error) {}
  }

  return {
    read_: give,
    stop_: function () {
      stopped = true
      text = ''
      xhr.abort()
    }
  }
}

// Space for the bytes of a part, a byte order mark and the second half of a pair.
var bytes = new Uint8Array(3 * (PART + 2))

// Returns the bytes that were decoded to text.
function encode(text) {
  var size = 0
  for (var i = 0; i < text.length; i++) {
    var c = text.charCodeAt(i)
    if (c < 0x80 || overrides && c >= 0xF780 && c < 0xF800) {
      bytes[size++] = c
      continue
    }
    if (c >= 0xD800 && c < 0xDC00) c = 0x10000 + ((c & 0x3FF) << 10) + (text.charCodeAt(++i) & 0x3FF)
    if (c >= 0x10000) bytes[size++] = 0xF0 | c >> 18
    if (c >= 0x800) bytes[size++] = c < 0x10000 ? 0xE0 | c >> 12 : 0x80 | c >> 12 & 0x3F
    bytes[size++] = c < 0x800 ? 0xC0 | c >> 6 : 0x80 | c >> 6 & 0x3F
    bytes[size++] = 0x80 | c & 0x3F
  }
  // A copy, because subarray of a subarray exceeds its bounds in WebKit 534.
  return new Uint8Array(bytes.subarray(0, size))
}
