// Cases of the suite on a page: what one does, and what browsers did in it.
(function () {
  'use strict'

  // The words for results, in Chinese as on the pages of reports.
  var VERDICTS = {
    pass: '通过', flaky: '不稳定', fail: '失败', timeout: '超时', error: '错误', unexpected: '意外通过', known: '已知',
    info: '记录', 'n/a': '不适用', 'not-applicable': '不适用', skip: '跳过', 'not run': '未运行'
  }

  // Returns the word for a result in Chinese.
  function verdictInChinese(word) {
    return VERDICTS[word] || word
  }

  // Appends the word for a result.
  function addVerdict(parent, className, word) {
    site.setText(site.add(parent, 'b', className), word, verdictInChinese(word))
  }

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
      addVerdict(term, outcome.word === 'pass' ? 'yes' : outcome.good ? '' : 'no', outcome.word)
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

  // Moves this page to the host of its frame, which gets no cookies at another one.
  // Settings belong to a host, so they go along.
  function moveTo(host, query, hash) {
    location.replace('http://' + host + ':' + location.port + location.pathname + '?lang=' + document.documentElement.lang +
      '&shade=' + (site.setting('shade') || '') + '&' + query.replace(/(^|&)(lang|shade)=[^&]*/g, '') + '#' + hash)
  }

  site.moveTo = moveTo
  site.verdictInChinese = verdictInChinese
  site.addVerdict = addVerdict
  site.addTitle = addTitle
  site.addClaim = addClaim
  site.addOutcomes = addOutcomes
  site.inChinese = inChinese
}())
