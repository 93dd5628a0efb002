import { fetchEventSource } from '@microsoft/fetch-event-source'

window.benchClient = function (url, types, on, opened) {
  var controller = new AbortController()
  fetchEventSource(url, {
    signal: controller.signal,
    openWhenHidden: true,
    onopen: function () {
      if (opened) opened()
      return Promise.resolve()
    },
    onmessage: function (message) { on(message.data, message) }
  })
  return { close: function () { controller.abort() } }
}
