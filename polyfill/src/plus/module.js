// The module of the second build. Only it has EventSource.fromReadableStream.

import { EventSource } from './eventsource.js'
import { fromReadableStream } from './readable.js'
import { define } from './webidl.js'

define(EventSource, { fromReadableStream: fromReadableStream })

export { EventSource }
