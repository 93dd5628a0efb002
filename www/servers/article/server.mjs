// Sends data: 0 to data: 9, one event a second, with Node.
import http from 'node:http'
import { setTimeout } from 'node:timers/promises'

http.createServer(async (request, response) => {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'Access-Control-Allow-Origin': '*' // pages of other origins may read it
  })
  for (let n = 0; n < 10 && !response.destroyed; n++) {
    response.write(`data: ${n}\n\n`)
    await setTimeout(1000)
  }
  response.end()
}).listen(process.env.PORT || 8080, '127.0.0.1')
