// Only in a copy of the site without a server, which harness serve --export writes: what
// was recorded for the copy takes the place of the server's responses and streams.
(function () {
  'use strict'

  var data = window.copied // responses, streams and files by path; see export.go
  var NO_SERVER = ['This copy of the site has no server. Start one with: go run ./harness serve', '本页是没有服务器的静态副本。请运行 go run ./harness serve 启动服务器。']

  var current = null // the stream that is open

  // A stream that was recorded, with the interface of EventSource as far as the pages
  // use it.
  function Recording(url) {
    this.url = url
    this.listeners = {}
    this.events = data.streams[url.split('?')[0]] || []
    this.connect(100)
    if (current) {
      current.close()
    }
    current = this
  }

  Recording.prototype = {
    readyState: 0,

    // Opens the stream after a delay, in milliseconds. Events that were due before then
    // follow at once.
    connect: function (delay) {
      var self = this
      self.timer = setTimeout(function () {
        self.readyState = 1
        self.dispatch({type: 'open'})
        self.start = self.start || +new Date()
        self.next = self.next || 0
        self.play()
      }, delay)
    },

    play: function () {
      while (this.readyState === 1 && this.next < this.events.length) {
        var event = this.events[this.next]
        var wait = this.start + event.at - new Date()
        if (wait > 0) {
          this.timer = setTimeout(this.play.bind(this), wait)
          return
        }
        this.next++
        this.dispatch({type: event.type || 'message', data: event.data, lastEventId: event.id || ''})
      }
      if (this.readyState === 1) {
        this.start = this.next = 0 // the end: from the beginning again
        this.cut(3)
      }
    },

    // Loses the connection for some seconds.
    cut: function (seconds) {
      clearTimeout(this.timer)
      this.readyState = 0
      this.dispatch({type: 'error'})
      this.connect(1000 * Math.max(seconds, 1))
    },

    close: function () {
      clearTimeout(this.timer)
      this.readyState = 2
    },

    addEventListener: function (type, listener) {
      (this.listeners[type] = this.listeners[type] || []).push(listener)
    },

    dispatch: function (event) {
      var self = this
      if (self['on' + event.type]) {
        self['on' + event.type](event)
      }
      (self.listeners[event.type] || []).forEach(function (listener) { listener.call(self, event) })
    }
  }

  site.Recording = Recording

  // Returns the file of a path.
  site.link = function (path) {
    if (data.files[path]) {
      return data.files[path]
    }
    var bare = path.split(/[?#]/)[0]
    return (data.files[decodeURIComponent(bare)] || 'needs-server.html') + path.slice(bare.length)
  }

  site.get = function (url, callback) {
    setTimeout(function () {
      var text = data.responses[url]
      if (text === undefined) {
        callback(404, JSON.stringify({en: NO_SERVER[0], zh: NO_SERVER[1]}))
      } else {
        callback(200, text)
      }
    })
  }

  // Nothing can be sent, except for the request that cuts a stream.
  site.post = function (url, fields, callback) {
    var cut = /^\/demo\/line\?.*?(?:seconds=(\d+))?$/.exec(url)
    setTimeout(function () {
      if (cut && current) {
        current.cut(+(cut[1] || 1))
      }
      if (callback) {
        callback(cut ? 204 : 503, cut ? '' : JSON.stringify({en: NO_SERVER[0], zh: NO_SERVER[1]}))
      }
    })
  }

  document.addEventListener('DOMContentLoaded', function () {
    [].forEach.call(document.querySelectorAll('[data-server]'), function (element) { element.hidden = true })
    var notice = document.createElement('p')
    notice.className = 'notice'
    notice.id = 'copy'
    site.setText(notice, 'This is a copy without a server: streams are recordings. ' + NO_SERVER[0].replace(/^.*?: /, 'Live: '), '这是没有服务器的静态副本，事件流为录制内容。要看实时效果，请运行 go run ./harness serve。')
    site.id('main').insertBefore(notice, site.id('main').firstChild)
  })
}())
