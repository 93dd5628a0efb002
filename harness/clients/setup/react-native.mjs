// Gives a client in Node what React Native has: no fetch with streams, no WebAssembly, no
// TextDecoder, no classes of events, a class URL that only concatenates, and an
// XMLHttpRequest whose text grows. The last is a stand-in for React Native's, over
// Node's http.
import http from 'node:http'

const { TextDecoder: Decoder, URL: NodeURL } = globalThis
const resolve = (url, base) => new NodeURL(url, base).href

for (const name of ['DOMException', 'Event', 'EventTarget', 'MessageChannel', 'MessageEvent', 'TextDecoder', 'WebAssembly', 'reportError']) {
  delete globalThis[name]
}
// Its fetch has no streams.
for (const name of ['Request', 'Response']) globalThis[name] = class {}
globalThis.fetch = () => Promise.reject(new TypeError('Network request failed'))
globalThis.self = globalThis.window = globalThis
globalThis.URL = class {
  constructor(url, base) { this.href = base ? base + url : url }
}

globalThis.XMLHttpRequest = class {
  readyState = 0
  status = 0
  responseText = ''
  responseURL = ''
  #headers = {}
  #response
  #request
  #aborted = false

  open(method, url, async = true) {
    if (!async) throw new Error('Synchronous http requests are not supported')
    this.#send = () => this.#connect(method, url, 20)
    this.#change(1)
  }
  #send
  setRequestHeader(name, value) { this.#headers[name] = value }
  getResponseHeader(name) { return this.#response?.headers[name.toLowerCase()] ?? null }
  send() { this.#send() }
  abort() {
    this.#aborted = true
    this.#request?.destroy()
  }
  #change(state) {
    this.readyState = state
    this.onreadystatechange?.()
  }
  #connect(method, url, redirects) {
    if (this.#aborted) return
    const done = () => {
      if (this.#aborted || this.readyState == 4) return
      this.#change(4)
    }
    const failed = () => {
      if (!this.#aborted) this.status = 0
      done()
    }
    try {
      this.#request = http.request(url, { method, headers: this.#headers, agent: false })
    } catch {
      return setTimeout(failed)
    }
    this.#request.on('error', failed)
    this.#request.on('response', response => {
      const location = response.headers.location
      if ([301, 302, 303, 307, 308].includes(response.statusCode) && location && redirects) {
        response.destroy()
        return this.#connect(method, resolve(location, url), redirects - 1)
      }
      this.#response = response
      this.status = response.statusCode
      this.responseURL = url
      this.#change(2)
      const decoder = new Decoder('utf-8')
      response.on('data', bytes => {
        if (this.#aborted) return
        this.responseText += decoder.decode(bytes, { stream: true })
        if (this.readyState < 3) this.readyState = 3
        this.onreadystatechange?.()
        this.onprogress?.()
      })
      response.on('end', done)
      response.on('aborted', failed)
      response.on('error', failed)
    })
    this.#request.end()
  }
}
