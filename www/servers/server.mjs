// An event stream from Node, without dependencies.
import http from 'node:http'

const clients = new Set()
const history = [] // the last 1,000 events
let last = Date.now() // after a restart, ids are still greater than all before

function publish(data) {
  const event = { id: ++last, text: `id: ${last}\ndata: ${JSON.stringify(data)}\n\n` }
  history.push(event)
  if (history.length > 1000) history.shift()
  for (const client of clients) {
    // A client that is more than 1 MiB behind is disconnected. It reconnects and resumes.
    if (client.writableLength > 1 << 20) client.destroy()
    else client.write(event.text)
  }
}

http.createServer((request, response) => {
  if (request.url !== '/events') return response.writeHead(404).end()
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no' // nginx must not buffer events
  })
  response.write(`retry: ${1000 + Math.floor(1000 * Math.random())}\n\n`) // so that clients do not return all at once

  const seen = request.headers['last-event-id']
  if (seen) for (const event of history) if (event.id > Number(seen)) response.write(event.text)
  clients.add(response)
  response.on('close', () => clients.delete(response))
}).listen(process.env.PORT, '127.0.0.1')

setInterval(() => publish({ up: process.uptime() }), 1000)
setInterval(() => { for (const client of clients) client.write(':\n') }, 15000) // keeps connections alive
