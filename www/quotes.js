// Stock quotes: a row for each share, updated in place, with a chart of its latest
// prices. The server numbers the ticks of all shares in one sequence, so a missing
// or repeated tick shows.
(function () {
  'use strict'

  var SHARES = [
    ['AMBR', 'Amber Foods', '琥珀食品'], ['BOLT', 'Bolt Cycles', '闪电单车'], ['CEDR', 'Cedar Homes', '雪松家居'],
    ['DUNE', 'Dune Travel', '沙丘旅行'], ['ECHO', 'Echo Audio', '回声音响'], ['FERN', 'Fern Paper', '蕨叶纸业'],
    ['GALE', 'Gale Wind', '劲风风电'], ['HAZE', 'Haze Optics', '薄雾光学'], ['IRIS', 'Iris Glass', '鸢尾玻璃'],
    ['JADE', 'Jade Robotics', '翡翠机器人'], ['KITE', 'Kite Post', '风筝快递'], ['LARK', 'Lark Radio', '云雀电台']
  ]

  // Time between two updates of the page, however many ticks arrive, in milliseconds.
  var REDRAW = 250

  // The prices in a chart, and its size in units of its view box.
  var POINTS = 60
  var WIDTH = 160
  var HEIGHT = 32
  var SVG = 'http://www.w3.org/2000/svg'

  var rows = {}
  var count
  var paused = false

  function Row(symbol, company, companyZH) {
    var row = site.add(site.id('quotes'), 'tr')
    var name = site.add(row, 'th')
    name.scope = 'row'
    site.add(name, 'span', 'symbol', symbol)
    site.setText(site.add(name, 'span', 'company'), company, companyZH)
    this.price = site.add(row, 'td', 'number')
    this.change = site.add(row, 'td', 'number')
    this.chart = addChart(site.add(row, 'td', 'chart'), symbol)
    this.clear()
  }

  // Adds an empty chart, which fills its cell, and returns its line.
  function addChart(cell, symbol) {
    var svg = document.createElementNS(SVG, 'svg')
    var line = document.createElementNS(SVG, 'polyline')
    svg.setAttribute('viewBox', '0 0 ' + WIDTH + ' ' + HEIGHT)
    svg.setAttribute('preserveAspectRatio', 'none')
    svg.setAttribute('role', 'img')
    svg.setAttribute('aria-label', symbol)
    svg.appendChild(line)
    cell.appendChild(svg)
    return line
  }

  Row.prototype = {
    // Changes are relative to the first price after this.
    clear: function () {
      this.prices = []
      this.first = 0
      this.changed = true
    },

    add: function (price) {
      this.first = this.first || price
      this.prices.push(price)
      if (this.prices.length > POINTS) {
        this.prices.shift()
      }
      this.changed = true
    },

    draw: function () {
      var prices = this.prices
      var price = prices[prices.length - 1]
      var change = 100 * (price / this.first - 1)
      this.chart.setAttribute('points', points(prices))
      this.chart.setAttribute('class', price < prices[0] ? 'fall' : 'rise')
      if (prices.length) {
        site.setText(this.price, price.toFixed(2))
        site.setText(this.change, (change < 0 ? '−' : '+') + Math.abs(change).toFixed(2) + ' %')
      } else {
        site.empty(this.price)
        site.empty(this.change)
      }
      this.change.className = 'number ' + (change < 0 ? 'fall' : 'rise')
      this.changed = false
    }
  }

  // Returns prices as the points of a line that spans the height of the chart.
  function points(prices) {
    var low = Math.min.apply(Math, prices)
    var span = Math.max.apply(Math, prices) - low || 1
    var list = []
    for (var i = 0; i < prices.length; i++) {
      list.push((i * WIDTH / (POINTS - 1)).toFixed(1) + ',' + (HEIGHT - 2 - (HEIGHT - 4) * (prices[i] - low) / span).toFixed(1))
    }
    return list.join(' ')
  }

  function connect() {
    var es = site.open('/demo/quotes/events?line=' + site.line)
    count = {run: '', last: 0, received: 0, missing: 0, repeated: 0}
    clear()
    for (var symbol in rows) {
      if (es) {
        listen(es, symbol)
      }
    }
  }

  function clear() {
    for (var symbol in rows) {
      rows[symbol].clear()
    }
  }

  function listen(es, symbol) {
    es.addEventListener(symbol, function (ev) {
      var tick = read(ev.data)
      if (tick) {
        countTick(tick.number, ev.lastEventId.split('-')[0])
        rows[symbol].add(tick.price)
      }
    })
  }

  // Returns a tick, or nothing if the text is not one: a chart can only draw prices.
  function read(text) {
    try {
      var tick = JSON.parse(text)
      return tick && isFinite(tick.number) && typeof tick.price === 'number' && tick.price > 0 && tick
    } catch (notJSON) {}
  }

  // Compares the number of a tick with the previous one. The first tick may have any
  // number. A server that was restarted starts a new run of numbers, and of prices.
  function countTick(number, run) {
    if (run !== count.run) {
      if (count.run) {
        clear()
      }
      count.run = run
      count.last = number - 1
    }
    if (number > count.last + 1) {
      count.missing += number - count.last - 1
    }
    if (number <= count.last) {
      count.repeated++
    }
    count.last = Math.max(count.last, number)
    count.received++
  }

  function draw() {
    if (paused) {
      return
    }
    for (var symbol in rows) {
      if (rows[symbol].changed) {
        rows[symbol].draw()
      }
    }
    site.setText(site.id('number'), count.last)
    site.setText(site.id('received'), count.received)
    site.setText(site.id('missing-ticks'), count.missing)
    site.setText(site.id('repeated'), count.repeated)
  }

  // While the page is paused, ticks arrive as before but nothing on the page moves.
  site.addPause(function (now) {
    paused = now
    draw()
  })

  for (var i = 0; i < SHARES.length; i++) {
    rows[SHARES[i][0]] = new Row(SHARES[i][0], SHARES[i][1], SHARES[i][2])
  }
  site.start(connect)
  setInterval(draw, REDRAW)
}())
