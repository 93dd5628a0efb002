// Requests as the network layer of a device makes them: it follows redirects and decodes
// gzip. The stand-ins for XMLHttpRequest and wx.request use it.
import http from 'node:http'
import zlib from 'node:zlib'

const { URL } = globalThis

// Requests url and calls head(status, headers, url), then data(bytes) for each piece of
// the body, then end() or fail(). Returns a function that stops the request, after which
// nothing is called.
export function stream(url, method, headers, to) {
  let current
  let over = false

  const call = name => (...args) => {
    if (over) return
    over = name != 'head' && name != 'data'
    to[name](...args)
  }
  const fail = call('fail')
  send(url, 20)

  function send(url, redirects) {
    try {
      current = http.request(url, { method, headers, agent: false })
    } catch {
      return setTimeout(fail)
    }
    current.on('error', fail)
    current.on('response', response => {
      const { location } = response.headers
      if ([301, 302, 303, 307, 308].includes(response.statusCode) && location !== undefined) {
        response.destroy()
        if (!redirects || !URL.canParse(location, url) || over) return fail()
        return send(new URL(location, url).href, redirects - 1)
      }
      call('head')(response.statusCode, response.headers, url)
      response.on('aborted', fail)
      response.on('error', fail)
      let body = response
      if (response.headers['content-encoding'] == 'gzip') {
        body = response.pipe(zlib.createGunzip({ flush: zlib.constants.Z_SYNC_FLUSH }))
        body.on('error', fail)
      }
      body.on('data', call('data'))
      body.on('end', call('end'))
    })
    current.end()
  }

  return () => {
    over = true
    current?.destroy()
  }
}
