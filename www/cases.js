// Cases of the suite on a page: what one does, and what browsers did in it.
(function () {
  'use strict'

  // Appends what a case does. A title without a Chinese translation is in English.
  function addTitle(parent, tag, className, one) {
    var element = site.add(parent, tag, className)
    if (one.titleZH) {
      site.setText(element, one.title, one.titleZH)
    } else {
      english(element, one.title)
    }
  }

  // Appends what a case does, and what must follow.
  function addClaim(parent, tag, one) {
    var element = site.add(parent, tag)
    addTitle(element, 'span', '', {title: one.title + '. ', titleZH: one.titleZH && one.titleZH + '。'})
    english(site.add(element, 'span'), one.requirement)
  }

  // Sets a text that there is in English only. It is shown on Chinese pages too, so the
  // element has the language and not the attribute that hides it.
  function english(element, text) {
    element.setAttribute('lang', 'en-GB')
    element.appendChild(document.createTextNode(text))
  }

  // Appends what browsers did in a case, as the results have it.
  function addOutcomes(parent, outcomes) {
    var list = site.add(parent, 'dl')
    outcomes.forEach(function (outcome) {
      var term = site.add(list, 'dt')
      site.add(term, 'b', outcome.word === 'pass' ? 'yes' : outcome.good ? '' : 'no', outcome.word)
      var browsers = outcome.browsers.join(', ')
      site.setText(site.add(list, 'dd'), browsers, inChinese(browsers))
      if (outcome.got) {
        site.add(site.add(list, 'dd'), 'code', '', outcome.got)
      }
    })
  }

  // Returns the names of browsers in Chinese: "x emulating y" is the only one with a word.
  function inChinese(names) {
    return names.replace(/ emulating /g, ' 模拟 ')
  }

  site.addTitle = addTitle
  site.addClaim = addClaim
  site.addOutcomes = addOutcomes
  site.inChinese = inChinese
}())
