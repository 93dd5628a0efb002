// Starts the worker that runs the case, and sends the page of the session a message
// when the worker is done. ES5, for engines as old as PhantomJS 1.9.
//
// The worker begins when it receives a port and the key with which it may post its
// transcript. It sends a message through the port when it has done so. If the browser lacks such workers, this page posts a
// transcript that says so.
(function () {
  var SCRIPT = 'worker.js'
  var KEY = document.body.getAttribute('data-key')

  var contexts = {
    'dedicated-worker': {
      exists: function () { return !!window.Worker },
      start: function () {
        var worker = new Worker(SCRIPT)
        begin(worker, done)
      }
    },

    'shared-worker': {
      exists: function () { return !!window.SharedWorker },
      start: function () {
        var port = new SharedWorker(SCRIPT).port
        port.onmessage = done
        port.postMessage(KEY)
      }
    },

    'service-worker': {
      exists: function () { return !!navigator.serviceWorker },
      start: function () {
        navigator.serviceWorker.register(SCRIPT).then(function (registration) {
          whenActive(registration, function (worker) {
            begin(worker, function () { registration.unregister().then(done, done) })
          })
        }).then(null, function (e) {
          report({error: SCRIPT + ' was not registered: ' + e})
        })
      }
    }
  }

  // Sends a worker its port and key; calls then when the worker is done.
  function begin(worker, then) {
    var channel = new MessageChannel()
    channel.port1.onmessage = then
    worker.postMessage(KEY, [channel.port2])
  }

  function whenActive(registration, then) {
    var worker = registration.installing || registration.waiting || registration.active
    worker.addEventListener('statechange', check)
    check()

    function check() {
      if (worker.state !== 'activated') return
      worker.removeEventListener('statechange', check)
      then(worker)
    }
  }

  function report(transcript) {
    var request = new XMLHttpRequest()
    request.open('POST', 'result?key=' + KEY)
    request.onload = request.onerror = done
    request.send(JSON.stringify(transcript))
  }

  function done() {
    parent.postMessage('done', '*')
  }

  var name = document.body.getAttribute('data-context')
  if (contexts[name].exists()) contexts[name].start()
  else report({missing: 'no ' + name.replace('-', ' ') + ' in this browser'})
}())
