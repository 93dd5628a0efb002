// Gives a client in Node what React Native has: no fetch with streams, no WebAssembly, no
// TextDecoder, no classes of events, a class URL that only concatenates, and a stand-in
// for its XMLHttpRequest, whose text grows:
//
//   node --import ./harness/clients/setup/react-native.mjs harness/clients/node.mjs eventsource-wasm
import { stream } from './http.mjs'

const { TextDecoder } = globalThis

for (const name of ['DOMException', 'Event', 'EventTarget', 'MessageChannel', 'MessageEvent', 'TextDecoder', 'WebAssembly', 'reportError']) {
  delete globalThis[name]
}
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
  #sent = {}
  #received = {}
  #method
  #url
  #stop

  open(method, url, async = true) {
    if (!async) throw new Error('Synchronous http requests are not supported')
    this.#method = method
    this.#url = url
    this.#change(1)
  }

  setRequestHeader(name, value) { this.#sent[name] = value }

  getResponseHeader(name) { return this.#received[name.toLowerCase()] ?? null }

  send() {
    const decoder = new TextDecoder('utf-8')
    this.#stop = stream(this.#url, this.#method, this.#sent, {
      head: (status, headers, url) => {
        this.status = status
        this.#received = headers
        this.responseURL = url
        this.#change(2)
      },
      data: bytes => {
        this.responseText += decoder.decode(bytes, { stream: true })
        this.#change(3)
        this.onprogress?.()
      },
      end: () => this.#change(4),
      fail: () => {
        this.status = 0
        this.#change(4)
      }
    })
  }

  abort() { this.#stop?.() }

  #change(state) {
    this.readyState = state
    this.onreadystatechange?.()
  }
}
