// English or Chinese. Each text is in the page in both languages, and the style
// hides one. Titles, options and labels have data-en and data-zh instead.
(function () {
  'use strict'

  var unread = 0 // shown in the title

  function setLanguage(language) {
    document.documentElement.lang = language
    each('[aria-label][data-en]', function (element) {
      element.setAttribute('aria-label', element.getAttribute('data-' + language))
    })
    each('option[data-en]', function (option) {
      option.text = option.getAttribute('data-' + language)
    })
    each('[data-language]', function (button) {
      button.setAttribute('aria-pressed', button.getAttribute('data-language') === language)
    })
    each('[data-report]', function (link) {
      link.href = reportURL(link.getAttribute('data-report'))
    })
    showTitle()
  }

  // Shows the link to the current page. On phones the links are one row, which scrolls.
  function showCurrent() {
    each('nav [aria-current]', function (link) {
      var row = link.parentNode.parentNode
      row.scrollLeft = link.offsetLeft - row.offsetLeft - 16
    })
  }

  // Makes a link lead to the page of a report, which is made in one language.
  function linkReport(link, name) {
    link.setAttribute('data-report', name)
    link.href = reportURL(name)
  }

  function reportURL(name) {
    return site.link('/results/' + encodeURIComponent(name) + '?lang=' + document.documentElement.lang)
  }

  function each(selector, call) {
    [].forEach.call(document.querySelectorAll(selector), call)
  }

  function showTitle() {
    var title = document.querySelector('title').getAttribute('data-' + document.documentElement.lang)
    document.title = (unread ? '(' + unread + ') ' : '') + title
  }

  // Shows a number of unread messages in the title.
  function setUnread(count) {
    unread = count
    showTitle()
  }

  document.documentElement.lang = /^zh/.test(site.setting('lang') || navigator.language) ? 'zh' : 'en'
  document.addEventListener('DOMContentLoaded', function () {
    each('[data-language]', function (button) {
      button.onclick = function () {
        site.remember('lang', button.getAttribute('data-language'))
        setLanguage(button.getAttribute('data-language'))
      }
    })
    setLanguage(document.documentElement.lang)
    showCurrent()
  })

  site.setUnread = setUnread
  site.linkReport = linkReport
}())
