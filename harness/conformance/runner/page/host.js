// Starts the worker that plays the case, and tells the page of the session when
// it has. ES5, for engines as old as PhantomJS 1.9.
//
// The worker begins when it gets a port, and says through it that its record is
// posted. If there can be no such worker, this page posts a record that says so.
(function () {
  var SCRIPT = 'worker.js'

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
        new SharedWorker(SCRIPT).port.onmessage = done
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

  // Lets a worker begin; then is called when it is done.
  function begin(worker, then) {
    var channel = new MessageChannel()
    channel.port1.onmessage = then
    worker.postMessage('begin', [channel.port2])
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
    request.open('POST', 'result')
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
