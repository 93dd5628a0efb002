import { createEventSource } from 'eventsource-client'

window.benchClient = function (url, types, on, opened) {
  return createEventSource({
    url: new URL(url, location.href),
    onConnect: opened,
    onMessage: function (message) { on(message.data, message) }
  })
}
