// URLs and origins. Mini programs have no base URL and no class URL. wx.request escapes
// characters where necessary.

import { exception, FAILED } from './webidl.js'

export { originOf } from '../url.js'

// Returns url. Throws a SyntaxError unless it is an absolute HTTP URL.
export function resolve(url) {
  if (/^https?:\/\/[^\s\/?#]/i.test(url)) return url
  throw exception(FAILED + 'invalid URL ' + url + ': it must be absolute, such as https://example.com/events', 'SyntaxError', 12)
}
