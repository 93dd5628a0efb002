// Requests. A callback gets the status (0: no response) and the response's text.
(function () {
  'use strict'

  // A request that got no response in this time has failed, in milliseconds.
  var LIMIT = 20000

  function request(method, url, callback) {
    var xhr = new XMLHttpRequest()
    xhr.open(method, url)
    xhr.timeout = LIMIT
    xhr.setRequestHeader('Accept', 'application/json, */*') // problems in both languages
    xhr.onreadystatechange = function () {
      if (xhr.readyState === 4 && callback) {
        callback(xhr.status, xhr.responseText)
      }
    }
    return xhr
  }

  function get(url, callback) {
    request('GET', url, callback).send(null)
  }

  // Posts a form. An array is a field with several values.
  function post(url, fields, callback) {
    var body = []
    for (var name in fields) {
      var values = [].concat(fields[name])
      for (var i = 0; i < values.length; i++) {
        body.push(site.encode(name) + '=' + site.encode(values[i]))
      }
    }
    var xhr = request('POST', url, callback)
    xhr.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded')
    xhr.send(body.join('&'))
  }

  // Posts the content of the field #text with other fields, and clears the field.
  // Until the server has it, #sending shows it. If the server refuses it or does not
  // answer, the content returns, before what was typed in the meantime.
  function postText(url, fields) {
    var input = site.id('text')
    if (!input.value.trim()) {
      return
    }
    fields.text = input.value
    input.value = ''
    var line = site.add(site.id('sending'), 'li')
    site.setText(line, 'Sending: ' + fields.text, '正在发送：' + fields.text)
    post(url, fields, function (status, text) {
      site.id('sending').removeChild(line)
      showFailure(site.id('problem'), status, text)
      if (status !== 204) {
        input.value = fields.text + input.value
      }
    })
  }

  // Returns why a request failed, in English and Chinese: the server's words, if it
  // responded.
  function failure(status, text) {
    if (!status) {
      return ['The server does not respond.', '服务器无响应。']
    }
    try {
      var problem = JSON.parse(text)
      return [problem.en, problem.zh]
    } catch (notJSON) {
      return [text.trim(), text.trim()]
    }
  }

  // Shows in an element why a request failed, and hides the element if it did not.
  function showFailure(element, status, text) {
    element.hidden = status === 200 || status === 204
    if (!element.hidden) {
      var words = failure(status, text)
      site.setText(element, words[0], words[1])
    }
  }

  site.get = get
  site.post = post
  site.postText = postText
  site.failure = failure
  site.showFailure = showFailure
}())
