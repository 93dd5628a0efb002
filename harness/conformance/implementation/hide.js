// A function that hides the named features, so that later scripts find an engine
// that never had them. hide.go reads the names from the table. ES5, for engines as
// old as PhantomJS 1.9.
(function (names) {
  // Kept for what is emulated below.
  var URL = self.URL
  var Blob = self.Blob
  var WeakMap = self.WeakMap

  var features = {
    'AbortController': removed('AbortController', 'AbortSignal'),
    'CustomEvent-constructor': inert('CustomEvent'),
    'DOMException-constructor': inert('DOMException'),
    'Event-constructor': inert('Event'),
    'EventSource': removed('EventSource'),
    'EventTarget': removed('EventTarget'),
    'EventTarget-constructor': inert('EventTarget'),
    'MessageChannel': removed('MessageChannel', 'MessagePort'),
    'MessageEvent-constructor': inert('MessageEvent'),
    'Promise': removed('Promise'),
    'Response': notInServiceWorkers(removed('Response')),
    'Symbol': removed('Symbol'),
    'TextDecoder': removed('TextDecoder', 'TextDecoderStream'),
    'TextEncoder': removed('TextEncoder', 'TextEncoderStream'),
    'URL': removed('URL', 'webkitURL', 'URLSearchParams'),
    'URL-constructor': withoutConstructorURL,
    'WeakMap': removed('WeakMap', 'WeakSet', 'WeakRef'),
    'WebAssembly': removed('WebAssembly'),
    'anchor-parts': withoutAnchorParts,
    'bind': without('Function', 'bind'),
    'currentScript': without('Document', 'currentScript'),
    'fetch': notInServiceWorkers(removed('fetch', 'Request', 'Response', 'Headers', 'ReadableStream')),
    'fetch-streams': notInServiceWorkers(function () {
      without('Response', 'body')()
      removed('ReadableStream')()
    }),
    'globalThis': removed('globalThis'),
    'origin': function () { remove(self, 'origin') },
    'overrideMimeType': without('XMLHttpRequest', 'overrideMimeType'),
    'performance-now': without('Performance', 'now'),
    'queueMicrotask': removed('queueMicrotask'),
    'reportError': removed('reportError'),
    'responseURL': without('XMLHttpRequest', 'responseURL'),
    'scheduler': removed('scheduler', 'Scheduler', 'TaskController', 'TaskSignal'),
    'setPrototypeOf': function () { remove(Object, 'setPrototypeOf') },
    'uncached-XMLHttpRequest': withoutUncachedRequests,
    'unthrown-stack': withoutUnthrownStack
  }

  // Properties of the global object.
  function removed() {
    var properties = arguments
    return function () {
      for (var i = 0; i < properties.length; i++) {
        if (isOfEngine(self[properties[i]])) remove(self, properties[i])
      }
    }
  }

  // A script that follows in the same file may declare the property itself. Its
  // declaration is hoisted and must stay.
  function isOfEngine(value) {
    return /\[native code\]|^\[object (?!Object\])/.test(value)
  }

  // A member of an interface, if the interface exists here.
  function without(name, member) {
    return function () {
      if (self[name]) remove(self[name].prototype, member)
    }
  }

  // An interface whose constructor throws.
  function inert(name) {
    return function () {
      if (!self[name]) return
      var prototype = self[name].prototype
      self[name] = function () { throw new TypeError('Illegal constructor') }
      self[name].prototype = prototype
    }
  }

  // An object URL whose only members are those for blobs.
  function withoutConstructorURL() {
    removed('URLSearchParams')()
    if (!self.URL) return
    self.URL = {
      createObjectURL: function (blob) { return URL.createObjectURL(blob) },
      revokeObjectURL: function (url) { URL.revokeObjectURL(url) }
    }
  }

  // An anchor whose href is relative has no parts, and reading a malformed href throws.
  function withoutAnchorParts() {
    if (!self.HTMLAnchorElement) return
    var prototype = HTMLAnchorElement.prototype
    var protocol = property(prototype, 'protocol')
    var names = ['protocol', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']
    for (var i = 0; i < names.length; i++) replace(names[i], names[i] === 'protocol' ? ':' : '')
    var href = property(prototype, 'href')
    Object.defineProperty(prototype, 'href', {
      get: function () {
        if (this.hasAttribute('href') && protocol.get.call(this) === ':') throw new Error('Invalid argument.')
        return href.get.call(this)
      },
      set: href.set,
      configurable: true,
      enumerable: true
    })

    function replace(name, missing) {
      var native = property(prototype, name)
      Object.defineProperty(prototype, name, {
        get: function () {
          return /^\s*[a-z][a-z0-9+.-]*:/i.test(this.getAttribute('href')) ? native.get.call(this) : missing
        },
        set: native.set,
        configurable: true,
        enumerable: true
      })
    }
  }

  // A GET is answered with the last complete response, unless that response forbids it
  // or the request has a date. Scripts recognize the browser by documentMode.
  function withoutUncachedRequests() {
    if (!self.document) return
    Object.defineProperty(document, 'documentMode', {value: 11})
    var prototype = XMLHttpRequest.prototype
    var open = prototype.open
    var setRequestHeader = prototype.setRequestHeader
    var send = prototype.send
    var responses = {} // by URL: blobs
    var requested = new WeakMap()

    prototype.open = function (method, url) {
      var absolute
      try {
        absolute = new URL(url, document.baseURI).href.replace(/#.*/, '')
      } catch (e) {} // open throws too
      // Before other listeners, which may abort the request.
      if (!requested.has(this)) this.addEventListener('readystatechange', store)
      requested.set(this, /^get$/i.test(method) && /^http/.test(absolute) ? absolute : '')
      return open.apply(this, arguments)
    }
    prototype.setRequestHeader = function (name, value) {
      if (/^if-/i.test(name)) requested.set(this, '')
      return setRequestHeader.apply(this, arguments)
    }
    prototype.send = function () {
      var url = requested.get(this)
      if (responses[url]) open.call(this, 'GET', URL.createObjectURL(responses[url]))
      return send.apply(this, arguments)
    }

    function store() {
      var url = requested.get(this)
      var forbids = /no-store|no-cache|max-age=0/i.test(this.getResponseHeader('Cache-Control'))
      if (!url || this.readyState !== 4 || this.status !== 200 || forbids || this.responseType) return
      var type = this.getResponseHeader('Content-Type')
      responses[url] = new Blob([bytes(this.responseText)], {type: type})
    }

    // The charset x-user-defined decodes each byte above 0x7F to U+F780 to U+F7FF.
    function bytes(text) {
      if (!/[\uF780-\uF7FF]/.test(text)) return text
      var all = new Uint8Array(text.length)
      for (var i = 0; i < text.length; i++) all[i] = text.charCodeAt(i)
      return all
    }
  }

  // An error has no stack if the function that makes it throws none. Strict functions
  // and scripts outside functions cannot be examined; their errors keep it.
  function withoutUnthrownStack() {
    var Native = self.Error
    self.Error = function Error(message) {
      var error = new Native(message)
      if (message === undefined) delete error.message
      if (Native.captureStackTrace) Native.captureStackTrace(error, self.Error)
      var maker = Error.caller
      if (maker && !/\bthrow\s+(new\s+)?Error\b/.test(maker)) error.stack = undefined
      return error
    }
    self.Error.prototype = Native.prototype
    self.Error.captureStackTrace = Native.captureStackTrace
  }

  // The own property of a prototype that is to be replaced.
  function property(prototype, name) {
    var found = Object.getOwnPropertyDescriptor(prototype, name)
    if (!found || !found.get) throw new Error(name + ' cannot be replaced')
    return found
  }

  // Every engine with service workers has fetch.
  function notInServiceWorkers(hide) {
    return self.ServiceWorkerGlobalScope ? function () {} : hide
  }

  // Global objects inherit some of their properties, so the whole chain is searched.
  function remove(object, property) {
    for (var o = object; o; o = Object.getPrototypeOf(o)) {
      try {
        delete o[property]
      } catch (e) {}
    }
    if (object[property]) object[property] = undefined
    if (object[property]) throw new Error(property + ' cannot be hidden')
  }

  for (var i = 0; i < names.length; i++) features[names[i]]()
})
