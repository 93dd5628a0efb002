// The build for mini programs.

import { EventSource } from './eventsource.js'
import { use } from './request.js'
import { define } from './webidl.js'

define(EventSource, { use: use })

export { EventSource }
