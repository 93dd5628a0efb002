// The request of a stream by XMLHttpRequest, for engines whose fetch has no
// streams: the same contract as fetch.js.
//
// Its response is text, and the stream is bytes. With the charset x-user-defined
// each byte becomes one character, U+F780 to U+F7FF for those above 0x7F, unless
// a byte order mark comes first: then the engine decodes as UTF-8 all the same,
// as it does where the type cannot be overridden, and the text is encoded again.

import { isForeign, watch } from './refusal.js'

// What the response's type is overridden with.
var BYTES = 'text/event-stream; charset=x-user-defined'

// Most characters that are handed over at once: so many that their bytes are one
// chunk for the core.
var PART = 10920

// Most characters whose growth is looked at whenever some come. Engines copy all of
// the text when it is asked for; of a longer one only when they tell of progress,
// which they do every 50 ms or so.
var SHORT = 131072

// How many characters the response holds whose bytes are being handed over. They
// stay until it is given up.
export var held = 0

// What is known of the servers from what they have answered. There are headers
// of which another origin, also where a redirect leads, must be asked first.
var direct = {} // by URL, whether it leads nowhere else: caches may be kept out

// Whether the type is overridden, once that is known: not where the engine then
// tells that type as the response's, as WebKit 538 and 602 do. Whether there is a
// stream at all matters more than its damaged bytes.
var overrides

function canOverride() {
  var xhr = new XMLHttpRequest()
  try {
    // A policy may forbid the trial; newer engines, which tell the page of that,
    // need none.
    if (!self.TextDecoder) {
      xhr.open('GET', (self.URL || self.webkitURL).createObjectURL(new Blob([])), false)
      xhr.overrideMimeType(BYTES)
      xhr.send()
      var told = xhr.getResponseHeader('Content-Type')
    }
  } catch (error) {}
  return !!xhr.overrideMimeType && told != BYTES
}

export function request(url, headers, withCredentials, to) {
  var foreign = isForeign(url)
  var why = watch(url)
  var xhr
  var seen = 0 // characters of the text handed over
  var begun = false
  var wanted = false // read_ was called, and not yet answered
  var giving = false
  var stopped = false

  if (overrides == null) overrides = canOverride()
  if (direct[url]) {
    // Chromium heeds the one, Firefox the other.
    headers['Cache-Control'] = 'no-cache, no-store'
    headers.Pragma = 'no-cache'
  }
  send()

  function send() {
    xhr = new XMLHttpRequest()
    try {
      xhr.open('GET', url)
      // Old engines do not trim the values.
      for (var name in headers) xhr.setRequestHeader(name, headers[name].replace(/^[\t ]+|[\t ]+$/g, ''))
      xhr.withCredentials = withCredentials
      if (overrides) xhr.overrideMimeType(BYTES)
      xhr.onprogress = advance
      xhr.onreadystatechange = function () {
        if (seen < SHORT || xhr.readyState == 4) advance()
      }
      xhr.send()
    } catch (error) {
      // The policy of the page forbids it, or the engine refuses the ID.
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
      direct[url] = !foreign && !redirected
      to.head_(xhr.status, xhr.getResponseHeader('Content-Type') || '', xhr.responseURL || url, redirected)
    }
    if (wanted) give()
    else if (!begun && xhr.readyState == 4) none()
  }

  function none() {
    direct[url] = false
    why(function (blocked) {
      if (!stopped) to.none_(blocked)
    })
  }

  // Hands over what is there for as long as more is wanted. Whoever is handed
  // bytes asks for more at once, which must not nest.
  function give() {
    wanted = true
    while (wanted && !giving && !stopped) {
      var text = xhr.readyState > 2 ? received() : ''
      giving = true
      wanted = false
      if (seen < text.length) {
        // The halves of a character stay together.
        var part = text.substr(seen, PART)
        if (/[\uD800-\uDBFF]$/.test(part)) part = text.substr(seen, PART + 1)
        // The engine has removed one byte order mark if another one comes first.
        var bytes = encode(seen || text.charCodeAt(0) != 0xFEFF ? part : '\uFEFF' + part)
        seen += part.length
        held = text.length
        to.bytes_(bytes)
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

  // Some engines refuse the text after an error, others while it comes.
  function received() {
    try {
      return xhr.responseText || ''
    } catch (error) {
      return ''
    }
  }

  return {
    read_: give,
    stop_: function () {
      stopped = true
      xhr.abort()
    }
  }
}

// The bytes that text was.
function encode(text) {
  var bytes = new Uint8Array(3 * text.length)
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
  // A copy: of a part, WebKit 534 takes parts that are too long.
  return new Uint8Array(bytes.subarray(0, size))
}
