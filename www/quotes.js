// Stock quotes: a row for each share, updated in place, with a line of its
// latest prices. Ticks of all shares are counted through, so that a gap shows.
(function () {
  'use strict'

  var SHARES = [
    ['AMBR', 'Amber Foods'], ['BOLT', 'Bolt Cycles'], ['CEDR', 'Cedar Homes'], ['DUNE', 'Dune Travel'],
    ['ECHO', 'Echo Audio'], ['FERN', 'Fern Paper'], ['GALE', 'Gale Wind'], ['HAZE', 'Haze Optics'],
    ['IRIS', 'Iris Glass'], ['JADE', 'Jade Robotics'], ['KITE', 'Kite Post'], ['LARK', 'Lark Radio']
  ]

  // Prices in a line, and its size.
  var POINTS = 60
  var WIDTH = 160
  var HEIGHT = 32
  var SVG = 'http://www.w3.org/2000/svg'

  var rows = {}
  var count

  function Row(symbol, company) {
    var row = site.add(site.id('quotes'), 'tr')
    var name = site.add(row, 'th')
    name.scope = 'row'
    site.add(name, 'span', 'symbol', symbol)
    site.add(name, 'span', 'company', company)
    this.price = site.add(row, 'td', 'number')
    this.change = site.add(row, 'td', 'number')
    this.line = line(site.add(row, 'td', 'chart'), symbol)
  }

  // An empty line chart, which grows and shrinks with its place.
  function line(parent, symbol) {
    var svg = document.createElementNS(SVG, 'svg')
    var path = document.createElementNS(SVG, 'polyline')
    svg.setAttribute('viewBox', '0 0 ' + WIDTH + ' ' + HEIGHT)
    svg.setAttribute('preserveAspectRatio', 'none')
    svg.setAttribute('role', 'img')
    svg.setAttribute('aria-label', symbol)
    svg.appendChild(path)
    parent.appendChild(svg)
    return path
  }

  Row.prototype = {
    // The first price is what changes are told against.
    clear: function () {
      this.prices = []
      this.first = 0
      this.stale = false
    },

    add: function (price) {
      this.first = this.first || price
      this.prices.push(price)
      if (this.prices.length > POINTS) {
        this.prices.shift()
      }
      this.stale = true
    },

    draw: function () {
      var prices = this.prices
      var low = Math.min.apply(Math, prices)
      var span = Math.max.apply(Math, prices) - low || 1
      var price = prices[prices.length - 1]
      var change = 100 * (price / this.first - 1)
      var points = []
      for (var i = 0; i < prices.length; i++) {
        points.push((i * WIDTH / (POINTS - 1)).toFixed(1) + ',' + (HEIGHT - 2 - (HEIGHT - 4) * (prices[i] - low) / span).toFixed(1))
      }
      this.line.setAttribute('points', points.join(' '))
      this.line.setAttribute('class', change < 0 ? 'fall' : 'rise')
      site.show(this.price, price.toFixed(2))
      site.show(this.change, (change < 0 ? '−' : '+') + Math.abs(change).toFixed(2) + ' %')
      this.change.className = 'number ' + (change < 0 ? 'fall' : 'rise')
      this.stale = false
    }
  }

  function start() {
    var es = site.open('/demo/quotes/events?line=' + site.line)
    count = {run: '', last: 0, received: 0, gaps: 0, doubled: 0}
    for (var symbol in rows) {
      rows[symbol].clear()
      if (es) {
        listen(es, symbol)
      }
    }
  }

  function listen(es, symbol) {
    es.addEventListener(symbol, function (ev) {
      var tick = JSON.parse(ev.data)
      rows[symbol].add(tick.price)
      account(tick.number, ev.lastEventId.split('-')[0])
    })
  }

  // Compares the number of a tick with that of the one before. The first may have
  // any, and so may the first of another run of the server.
  function account(number, run) {
    if (run !== count.run) {
      count.run = run
      count.last = number - 1
    }
    if (number > count.last + 1) {
      count.gaps += number - count.last - 1
    }
    if (number <= count.last) {
      count.doubled++
    }
    count.last = Math.max(count.last, number)
    count.received++
  }

  // Draws what has changed: a few times a second, however many ticks come.
  function draw() {
    for (var symbol in rows) {
      if (rows[symbol].stale) {
        rows[symbol].draw()
      }
    }
    site.show(site.id('number'), count.last)
    site.show(site.id('received'), count.received)
    site.show(site.id('gaps'), count.gaps)
    site.show(site.id('doubled'), count.doubled)
  }

  for (var i = 0; i < SHARES.length; i++) {
    rows[SHARES[i][0]] = new Row(SHARES[i][0], SHARES[i][1])
  }
  site.run(start)
  setInterval(draw, 250)
}())
