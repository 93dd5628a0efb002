// One object for all copies of this file on a page. The second build calls its note.

import { hide, show } from './panel.js'
import { note, observe, root, snapshot, watch } from './streams.js'

export var api = root[INSPECT] || (root[INSPECT] = {
  snapshot: snapshot, show: show, hide: hide, observe: observe, watch: watch, note: note, version: VERSION
})
