// Hides the browser's own EventSource in frames, too: a fresh frame has all classes of
// the engine. ES5, for engines as old as PhantomJS 1.9.
//
// There is no event for a fresh frame, so whatever can insert one is wrapped, and so
// are the ways to its window.
(function () {
  if (!self.document) return

  // Hides the class of the engine in a window, but not the one that a page has installed.
  function clean(window) {
    try {
      if (!window || !/\[native code\]|^\[object /.test(window.EventSource)) return
      delete window.EventSource
      if (window.EventSource) window.EventSource = undefined
      guard(window) // it can have frames, too
    } catch (e) {} // another origin
  }

  // Wraps what leads to the frames of a window.
  function guard(window) {
    function cleanAll() {
      for (var i = 0; i < window.frames.length; i++) clean(window.frames[i])
    }

    function wrapMethods(interfaces, names) {
      for (var i = 0; i < interfaces.length; i++) {
        var prototype = window[interfaces[i]] && window[interfaces[i]].prototype
        for (var j = 0; prototype && j < names.length; j++) {
          if (prototype.hasOwnProperty(names[j])) wrapMethod(prototype, names[j])
        }
      }
    }

    function wrapMethod(object, name) {
      var original = object[name]
      object[name] = function () {
        var result = original.apply(this, arguments)
        cleanAll()
        return result
      }
    }

    // Wraps an accessor: its getter if getWindow is given, which finds the window in what
    // the getter returns; otherwise its setter.
    function wrapAccessor(interfaces, name, getWindow) {
      for (var i = 0; i < interfaces.length; i++) {
        var prototype = window[interfaces[i]] && window[interfaces[i]].prototype
        var d = prototype && Object.getOwnPropertyDescriptor(prototype, name)
        if (d && d.get && d.configurable) Object.defineProperty(prototype, name, wrapped(d, getWindow))
      }
    }

    function wrapped(d, getWindow) {
      return {
        configurable: true,
        enumerable: d.enumerable,
        get: !getWindow ? d.get : function () {
          var value = d.get.call(this)
          if (value) clean(getWindow(value))
          return value
        },
        set: getWindow ? d.set : function (value) {
          d.set.call(this, value)
          cleanAll()
        }
      }
    }

    wrapMethods(['Node', 'Element', 'HTMLElement', 'CharacterData', 'Document', 'HTMLDocument', 'DocumentFragment', 'Range'], [
      'appendChild', 'insertBefore', 'replaceChild',
      'append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'moveBefore',
      'insertAdjacentElement', 'insertAdjacentHTML', 'setHTMLUnsafe',
      'insertNode', 'surroundContents', 'write', 'writeln', 'execCommand'
    ])
    wrapAccessor(['Element', 'HTMLElement', 'ShadowRoot'], 'innerHTML')
    wrapAccessor(['Element', 'HTMLElement'], 'outerHTML')
    var frames = ['HTMLIFrameElement', 'HTMLFrameElement', 'HTMLObjectElement']
    wrapAccessor(frames, 'contentWindow', function (window) { return window })
    wrapAccessor(frames, 'contentDocument', function (document) { return document.defaultView })
    window.document.addEventListener('load', cleanAll, true) // a frame has navigated

    var open = window.open
    window.open = function () {
      var opened = open.apply(window, arguments)
      clean(opened)
      return opened
    }
  }

  guard(self)
}())
