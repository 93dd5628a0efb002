// Code on the pages: source files that load when they are opened, a Copy button for
// each example, and this site's address in commands.
(function () {
  'use strict'

  function load(details) {
    var file = details.getAttribute('data-file')
    if (details.getAttribute('data-loaded')) {
      return
    }
    details.setAttribute('data-loaded', 'yes')
    site.get('/source/' + file, function (status, text) {
      site.showFailure(details.querySelector('.notice') || site.add(details, 'p', 'notice'), status, text)
      if (status !== 200) {
        details.removeAttribute('data-loaded') // opening it again retries
        return
      }
      var pre = site.add(details, 'pre', 'file')
      pre.tabIndex = 0
      pre.setAttribute('role', 'region')
      pre.setAttribute('aria-label', file)
      site.add(pre, 'code', '', text)
      addCopyButton(pre)
    })
  }

  function addCopyButton(pre) {
    var code = pre.querySelector('code')
    var button = site.add(pre, 'button', 'copy')
    pre.insertBefore(button, code)
    button.type = 'button'
    site.setText(button, 'Copy', '复制')
    button.onclick = function () {
      if (copy(code)) {
        site.setText(button, 'Copied', '已复制')
      } else {
        site.setText(button, 'Selected', '已选中')
      }
    }
  }

  // Selects the text of an element, and reports whether it was copied too.
  function copy(element) {
    var range = document.createRange()
    range.selectNodeContents(element)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
    try {
      return document.execCommand('copy')
    } catch (refused) {
      return false
    }
  }

  document.addEventListener('DOMContentLoaded', function () {
    var examples = document.querySelectorAll('pre > code')
    for (var i = 0; i < examples.length; i++) {
      addCopyButton(examples[i].parentNode)
    }
    var files = document.querySelectorAll('details.source')
    for (i = 0; i < files.length; i++) {
      if ('open' in files[i]) {
        files[i].querySelector('summary').onclick = function () { load(this.parentNode) }
      } else {
        load(files[i]) // old browsers always show the content of details
      }
    }
    var origins = document.querySelectorAll('.origin')
    for (i = 0; i < origins.length; i++) {
      site.setText(origins[i], location.protocol + '//' + location.host)
    }
  })
}())
