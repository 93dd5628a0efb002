// Light or dark: as the system says, until the reader presses the button. Pressing
// it again follows the system again.
(function () {
  'use strict'

  var DARK = '(prefers-color-scheme: dark)'
  var system = window.matchMedia ? matchMedia(DARK) : {matches: false}
  var shade = /^(dark|light)$/.test(site.setting('shade')) ? site.setting('shade') : '' // '': as the system

  function isDark() {
    return shade ? shade === 'dark' : system.matches
  }

  function showShade() {
    var style = site.id('dark-style')
    var media = {dark: 'screen', light: 'not all'}[shade] || 'screen and ' + DARK
    if (style.media !== media) {
      // WebKit of 2013 reads the media of a style only when it is inserted.
      var head = style.parentNode
      var next = style.nextSibling
      head.removeChild(style)
      style.media = media
      head.insertBefore(style, next)
    }
    document.querySelector('meta[name=color-scheme]').content = shade || 'light dark'
    if (site.id('dark')) {
      site.id('dark').setAttribute('aria-pressed', isDark())
    }
  }

  function switchShade() {
    var other = isDark() ? 'light' : 'dark'
    shade = other === (system.matches ? 'dark' : 'light') ? '' : other
    site.remember('shade', shade)
    showShade()
  }

  showShade() // before the page is drawn
  document.addEventListener('DOMContentLoaded', function () {
    site.id('dark').onclick = switchShade
    if (system.addListener) {
      system.addListener(showShade)
    }
    showShade()
  })
}())
