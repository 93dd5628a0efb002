// A function that hides the named features, so that later scripts find an engine
// that never had them. hide.go reads the names from the table. ES5, for engines as
// old as PhantomJS 1.9.
(function (names) {
  var features = {
    'AbortController': removed('AbortController', 'AbortSignal'),
    'DOMException-constructor': inert('DOMException'),
    'Event-constructor': inert('Event'),
    'EventSource': removed('EventSource'),
    'EventTarget': removed('EventTarget'),
    'EventTarget-constructor': inert('EventTarget'),
    'MessageEvent-constructor': inert('MessageEvent'),
    'Promise': removed('Promise'),
    'Response': notInServiceWorkers(removed('Response')),
    'Symbol': removed('Symbol'),
    'TextDecoder': removed('TextDecoder', 'TextDecoderStream'),
    'TextEncoder': removed('TextEncoder', 'TextEncoderStream'),
    'URL': removed('URL', 'webkitURL', 'URLSearchParams'),
    'WeakMap': removed('WeakMap', 'WeakSet', 'WeakRef'),
    'WebAssembly': removed('WebAssembly'),
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
    'setPrototypeOf': function () { remove(Object, 'setPrototypeOf') }
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
