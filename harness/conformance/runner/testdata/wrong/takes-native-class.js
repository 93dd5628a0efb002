// Is the browser's own class, taken from a fresh frame.
(function () {
  var root = document.documentElement

  function element() {
    return document.createElement('iframe')
  }

  var ways = [
    function () {
      return root.appendChild(element()).contentWindow
    },
    function () {
      return root.insertBefore(element(), root.firstChild).contentDocument.defaultView
    },
    function () {
      root.appendChild(element())
      return frames[frames.length - 1]
    },
    function () {
      var box = document.createElement('div')
      root.appendChild(box)
      box.innerHTML = '<iframe></iframe>'
      return self[self.length - 1]
    },
    function () {
      var fragment = document.createDocumentFragment()
      fragment.appendChild(element())
      root.append(fragment)
      return frames[frames.length - 1]
    },
    function () {
      root.appendChild(element())
      var outer = frames[frames.length - 1]
      return outer.document.documentElement.appendChild(outer.document.createElement('iframe')).contentWindow
    }
  ]
  for (var i = 0; i < ways.length && !self.EventSource; i++) self.EventSource = ways[i]().EventSource
}())
