// Comments as events.

import { COMMENT, DATA } from '../abi.js'
import { take as takeStandard } from '../stream.js'

export { feed, reset } from '../stream.js'

// Like take of stream.js. A comment is taken as data, while the data of the block that
// it stands in is put aside.
export function take(stream) {
  if (stream.aside_ != null) {
    stream.data_ = stream.aside_
    stream.aside_ = null
  }
  if (stream.tokens_[stream.token_] != COMMENT) return takeStandard(stream)
  stream.tokens_[stream.token_] = DATA
  stream.aside_ = stream.data_
  takeStandard(stream)
  return stream.lists_[stream.name_ = 'comment']
}
