// What every page uses: elements, formats, and what the browser remembers. The other
// scripts add their functions to site.
var site = (function () {
  'use strict'

  function id(name) {
    return document.getElementById(name)
  }

  function empty(element) {
    while (element.firstChild) {
      element.removeChild(element.firstChild)
    }
  }

  // Appends an element. Its content is always text, never HTML.
  function add(parent, tag, className, text) {
    var element = document.createElement(tag)
    if (className) {
      element.className = className
    }
    if (text !== undefined) {
      element.appendChild(document.createTextNode(text))
    }
    parent.appendChild(element)
    return element
  }

  // Sets the text of an element, in English and Chinese if both are given. An
  // unchanged text is left alone, so that screen readers do not repeat it.
  function setText(element, text, chinese) {
    var content = chinese === undefined ? String(text) : text + chinese
    if (element.textContent === content) {
      return
    }
    empty(element)
    if (chinese === undefined) {
      element.appendChild(document.createTextNode(text))
    } else {
      add(element, 'span', '', text).lang = 'en'
      add(element, 'span', '', chinese).lang = 'zh'
    }
  }

  // Appends an option to a choice. An option has no elements, so language.js
  // translates it.
  function addOption(choice, value, text, chinese) {
    var option = add(choice, 'option')
    option.value = value
    option.setAttribute('data-en', text)
    option.setAttribute('data-zh', chinese)
    option.text = option.getAttribute('data-' + document.documentElement.lang)
  }

  // The most entries in a list; the oldest are removed.
  var MAX_ENTRIES = 500

  // Appends an entry to the log, and calls fill to add its content. A log that was
  // scrolled to its end stays there.
  function appendEntry(className, fill) {
    var log = id('log')
    var entries = id('entries')
    var atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 8
    fill(add(entries, 'li', className))
    while (entries.childNodes.length > MAX_ENTRIES) {
      entries.removeChild(entries.firstChild)
    }
    if (atEnd) {
      log.scrollTop = log.scrollHeight
    }
  }

  // Makes the button #pause stop what moves on the page: calls change with whether
  // the page is paused now, which site.paused also says.
  function addPause(change) {
    var button = id('pause')
    button.onclick = function () {
      var paused = site.paused = !site.paused
      if (paused) {
        setText(button, 'Resume', '继续')
      } else {
        setText(button, 'Pause', '暂停')
      }
      change(paused)
    }
  }

  // Returns the value of the checked radio button of a group.
  function chosen(name) {
    var radios = document.getElementsByName(name)
    for (var i = 0; i < radios.length; i++) {
      if (radios[i].checked) {
        return radios[i].value
      }
    }
  }

  // Formats a time of day as 08:05:11; by default, the current time.
  function clock(milliseconds) {
    var time = milliseconds === undefined ? new Date() : new Date(milliseconds)
    return [time.getHours(), time.getMinutes(), time.getSeconds()].join(':').replace(/\b\d\b/g, '0$&')
  }

  // Formats a day as 2026-11-29.
  function day(date) {
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].join('-').replace(/\b\d\b/g, '0$&')
  }

  // Returns the address of a path of this site. A copy without a server replaces this.
  function link(path) {
    return path
  }

  // Groups the digits of a whole number, as in 12,345.
  function grouped(value) {
    return String(value).replace(/(\d)(?=(\d{3})+$)/g, '$1,')
  }

  // Rounds a measured number: to tens from 1,000 up, below that to two or three
  // significant digits.
  function digits(value) {
    if (Math.abs(value) >= 1000) {
      return grouped(Math.round(value / 10) * 10)
    }
    return String(+value.toPrecision(Math.abs(value) < 10 ? 2 : 3)).replace('-', '−')
  }

  // The browser keeps values in localStorage, which may be disabled.

  function recall(name) {
    try {
      return localStorage.getItem(name)
    } catch (disabled) {
      return null
    }
  }

  // Recalls a setting, which the page's URL can set too, as in ?lang=zh.
  function setting(name) {
    var value = parameter(name)
    if (!value) {
      return recall(name)
    }
    remember(name, value)
    return value
  }

  // Returns a parameter of the page's URL, or ''.
  function parameter(name) {
    var found = new RegExp('[?&]' + name + '=([^&]*)').exec(location.search)
    return found ? decode(found[1].replace(/\+/g, ' ')) : ''
  }

  // Decodes a part of a URL. One that is not encoded well stays as it is.
  function decode(text) {
    try {
      return decodeURIComponent(text)
    } catch (malformed) {
      return text
    }
  }

  // Encodes a text for a URL or a form. Half of a surrogate pair, which
  // encodeURIComponent refuses, becomes a replacement character, as in UTF-8.
  function encode(text) {
    return encodeURIComponent(String(text).replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, function (found) {
      return found.length === 2 ? found : '\ufffd'
    }))
  }

  function remember(name, value) {
    try {
      localStorage.setItem(name, value)
    } catch (disabled) {}
  }

  return {
    MAX_ENTRIES: MAX_ENTRIES,
    id: id, empty: empty, add: add, setText: setText, addOption: addOption, appendEntry: appendEntry, addPause: addPause,
    chosen: chosen, clock: clock, day: day, decode: decode, digits: digits, encode: encode, grouped: grouped, link: link,
    parameter: parameter, recall: recall, setting: setting, remember: remember
  }
}())
