// Comments as events, and events without listeners for an observer.

import { COMMENT, DATA } from '../abi.js'
import { listenersOf } from '../listeners.js'
import { take as takeStandard } from '../stream.js'
import { isObserved } from './observe.js'

export { feed, reset } from '../stream.js'

// Like take of stream.js. A comment is taken as data, while the data of its block is put
// aside.
export function take(stream) {
  if (stream.aside_ != null) {
    stream.data_ = stream.aside_
    stream.aside_ = null
  }
  if (isObserved(stream)) stream.lists_[stream.type_ || 'message'] = listenersOf(stream, stream.type_ || 'message')
  if (stream.tokens_[stream.token_] != COMMENT) return takeStandard(stream)
  stream.tokens_[stream.token_] = DATA
  stream.aside_ = stream.data_
  takeStandard(stream)
  return listenersOf(stream, stream.name_ = 'comment')
}
