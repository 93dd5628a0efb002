// What the script needs of the runtime.

import { AbortController as Native, fetch as nativeFetch } from '../platform.js'

export { setTimeout, clearTimeout, reportError, MessageChannel, WebAssembly, decodes, now, outside, zone } from '../platform.js'

// Cloudflare's fetch throws if it gets members that matter to browsers only.
var strict = refuses({ cache: 'no-store', credentials: 'include' })

export var fetch = nativeFetch && function (url, init) {
  if (strict) delete init.cache, delete init.credentials
  return nativeFetch(url, init)
}

// In a program for tests that has jsdom's globals, fetch refuses the signals of the
// global AbortController. Requests are stopped without it.
export var AbortController = !(Native && refuses({ signal: new Native().signal })) && Native

function refuses(init) {
  try {
    new Request('http://localhost/', init)
  } catch (error) {
    return true
  }
}

