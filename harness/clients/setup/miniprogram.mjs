// Gives a client in Node a stand-in for the wx.request of a WeChat mini program:
//
//   node --import ./harness/clients/setup/miniprogram.mjs harness/clients/node.mjs eventsource-wasm/miniprogram
import { stream } from './http.mjs'

globalThis.wx = {
  request({ url, method, header, enableChunked, success, fail }) {
    if (!enableChunked) throw new Error('this wx.request supports chunks only')
    let head, received, chunk
    const stop = stream(url, method, header, {
      head(statusCode, header) { received(head = { statusCode, header }) },
      data(bytes) { chunk({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) }) },
      end() { success({ ...head, data: new ArrayBuffer(0) }) },
      fail() { fail({ errMsg: 'request:fail' }) }
    })
    return {
      onHeadersReceived(listener) { received = listener },
      onChunkReceived(listener) { chunk = listener },
      abort: stop
    }
  }
}
