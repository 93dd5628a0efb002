// A panel that shows the streams of a page. Everything that comes from the network is
// text. Styles are set through the object model, which no policy forbids.

import { root, snapshot } from './streams.js'

// How often the panel is renewed, in ms. Choice.
var PERIOD = 250

var COLUMNS = ['Stream', 'State', 'Requests', 'Events', 'Per second', 'Last event ID', 'Last error']

var FIXED = 'position:fixed;left:0;right:0;bottom:0;z-index:2147483647;max-height:40%;overflow:auto;' +
  'background:#1b1f24;color:#f0f3f6;font:13px/1.5 monospace;padding:8px;box-sizing:border-box;text-align:left'
var CELL = 'padding:2px 12px 2px 0;text-align:left;vertical-align:top;word-break:break-word'
var BUTTON = 'background:none;border:0;padding:0;margin:0;font:inherit;color:inherit;text-decoration:underline;text-align:left;cursor:pointer'

var panel // while it is shown
var body
var empty
var rows // by the id of a stream
var timer

// Shows the panel in an element, or at the bottom of the page.
export function show(element) {
  if (!root.document) throw new TypeError('show: there is no document; use snapshot()')
  hide()
  panel = create('section', 'eventsource-inspect', element ? 'overflow:auto' : FIXED)
  panel.setAttribute('role', 'region')
  panel.setAttribute('aria-label', 'Event streams')
  panel.setAttribute('tabindex', '0') // it scrolls
  if (!element) {
    var close = button(panel, 'Close', hide)
    close.style.cssText += ';float:right'
  }
  var table = append(panel, create('table', '', 'border-collapse:collapse'))
  var head = append(append(table, create('thead')), create('tr'))
  COLUMNS.forEach(function (name) {
    var cell = append(head, create('th', '', CELL))
    cell.setAttribute('scope', 'col')
    write(cell, name)
  })
  body = append(table, create('tbody'))
  empty = append(panel, create('p', '', 'margin:4px 0'))
  rows = {}
  append(element || document.body || document.documentElement, panel)
  renew()
}

// Removes the panel.
export function hide() {
  root.clearTimeout(timer)
  if (panel && panel.parentNode) panel.parentNode.removeChild(panel)
  panel = null
}

function renew() {
  var streams = snapshot()
  var found = {}
  streams.forEach(function (stream) {
    found[stream.id] = true
    update(rows[stream.id] = rows[stream.id] || makeRow(stream), stream)
  })
  for (var id in rows) {
    if (found[id]) continue
    body.removeChild(rows[id].row_)
    body.removeChild(rows[id].more_)
    delete rows[id]
  }
  write(empty, streams.length ? '' : 'No stream so far.')
  timer = root.setTimeout(renew, PERIOD)
}

function makeRow(stream) {
  var made = { row_: append(body, create('tr')), more_: append(body, create('tr')), cells_: [] }
  COLUMNS.forEach(function () { made.cells_.push(append(made.row_, create('td', '', CELL))) })
  made.more_.style.display = 'none'
  var cell = append(made.more_, create('td', '', CELL))
  cell.setAttribute('colspan', COLUMNS.length)
  made.list_ = append(cell, create('pre', '', 'margin:0;white-space:pre-wrap;font:inherit'))
  var toggle = made.cells_[0] = button(made.cells_[0], stream.url, function () {
    made.open_ = !made.open_
    toggle.setAttribute('aria-expanded', !!made.open_)
    made.more_.style.display = made.open_ ? '' : 'none'
    renewNow()
  })
  toggle.setAttribute('aria-expanded', false)
  return made
}

function renewNow() {
  root.clearTimeout(timer)
  renew()
}

function update(made, stream) {
  var error = stream.lastError
  ;[
    stream.url,
    stream.state + (stream.retryIn == null ? '' : ', ' + (stream.retryIn / 1000).toFixed(1) + ' s'),
    stream.requests,
    stream.events,
    stream.rate < 10 ? +stream.rate.toFixed(1) : Math.round(stream.rate),
    stream.lastEventId,
    error ? words([error.reason || 'error', error.status]) : ''
  ].forEach(function (text, i) { write(made.cells_[i], text) })
  if (made.open_) write(made.list_, stream.recent.map(line).join('\n'))
}

// Returns an entry of recent as a line of text.
function line(entry) {
  return words([
    new Date(entry.time).toTimeString().slice(0, 8), entry.what == 'event' ? '' : entry.what, entry.url, entry.status, entry.reason,
    entry.delay == null ? '' : 'reconnects in ' + Math.round(entry.delay) + ' ms', entry.type, entry.data,
    entry.lastEventId ? '(id ' + entry.lastEventId + ')' : ''
  ])
}

// Returns the values that are not empty, with spaces between them.
function words(values) {
  return values.filter(function (value) { return value != null && value !== '' }).join(' ')
}

function create(name, className, style) {
  var element = document.createElement(name)
  if (className) element.className = className
  if (style) element.style.cssText = style
  return element
}

function append(parent, child) {
  return parent.appendChild(child)
}

function button(parent, text, callback) {
  var made = append(parent, create('button', '', BUTTON))
  made.setAttribute('type', 'button')
  write(made, text)
  made.onclick = callback
  return made
}

// Sets the text of an element, unless it is the same: that would remove a selection.
function write(element, text) {
  text = String(text)
  if (element.textContent !== text) element.textContent = text
}
