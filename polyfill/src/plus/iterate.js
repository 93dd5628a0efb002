// Message events as an asynchronous iterator: for await (const event of source).

export function iterate(target) {
  var source = target._source
  var events = [] // not yet requested
  var requests = [] // that no event has answered: resolve and reject of a promise
  var ended = source.readyState_ == 2
  var failure

  function answer() {
    while (requests.length && (events.length || ended)) {
      var request = requests.shift()
      if (events.length) request[0]({ value: events.shift(), done: false })
      else if (failure) {
        request[1](failure)
        failure = null
      } else request[0]({ value: undefined, done: true })
    }
  }

  function finish() {
    ended = true
    answer()
  }

  target.addEventListener('message', function (event) {
    events.push(event)
    answer()
  })
  target.addEventListener('error', function (event) {
    if (target.readyState != 2 || ended) return
    if (!/^(end|aborted)$/.test(event.reason)) {
      failure = new Error('EventSource failed: ' + event.reason)
      failure.event = event
    }
    finish()
  })
  var others = source.finish_
  source.finish_ = function () {
    if (others) others()
    finish()
  }

  var iterator = {
    next: function () {
      return new Promise(function (resolve, reject) {
        requests.push([resolve, reject])
        answer()
      })
    },
    'return': function (value) {
      events = []
      failure = null
      target.close()
      return Promise.resolve({ value: value, done: true })
    }
  }
  iterator[Symbol.asyncIterator] = function () { return iterator }
  return iterator
}
