// The classic script: defines EventSourceInspect.

import './api.js'
