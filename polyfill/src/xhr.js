// The request of a stream by XMLHttpRequest, for engines whose fetch has no
// streams: the same contract as fetch.js.
//
// Its response is text, and the stream is bytes. With the charset x-user-defined
// each byte becomes one character, U+F780 to U+F7FF for those above 0x7F, unless
// a byte order mark comes first: then the engine decodes as UTF-8 all the same,
// and the text is encoded again.

// Most bytes that are handed over at once.
var PART = 16384

export function request(url, headers, withCredentials, to) {
  var xhr = new XMLHttpRequest()
  var seen = 0 // characters of the text handed over
  var begun = false
  var wanted = false // read_ was called, and not yet answered
  var giving = false
  var stopped = false

  xhr.open('GET', url)
  for (var name in headers) xhr.setRequestHeader(name, headers[name])
  xhr.withCredentials = withCredentials
  if (xhr.overrideMimeType) xhr.overrideMimeType('text/event-stream; charset=x-user-defined')
  xhr.onreadystatechange = xhr.onprogress = advance
  xhr.send()

  function advance() {
    if (stopped || xhr.readyState < 2) return
    if (!begun && xhr.status) {
      begun = true
      to.head_(xhr.status, xhr.getResponseHeader('Content-Type') || '', xhr.responseURL || url,
        !!xhr.responseURL && xhr.responseURL != url.replace(/#.*/, ''))
    }
    if (wanted) give()
    else if (!begun && xhr.readyState == 4) to.none_(false)
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
        seen += part.length
        to.bytes_(bytes(part))
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

function bytes(text) {
  var array = []
  for (var i = 0; i < text.length; i++) {
    var c = text.charCodeAt(i)
    if (c < 0x80 || c >= 0xF780 && c < 0xF800) {
      array.push(c & 0xFF)
    } else {
      if (c >= 0xD800 && c < 0xDC00) c = 0x10000 + ((c & 0x3FF) << 10) + (text.charCodeAt(++i) & 0x3FF)
      if (c >= 0x10000) array.push(0xF0 | c >> 18, 0x80 | c >> 12 & 0x3F, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F)
      else if (c >= 0x800) array.push(0xE0 | c >> 12, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F)
      else array.push(0xC0 | c >> 6, 0x80 | c & 0x3F)
    }
  }
  return new Uint8Array(array)
}
