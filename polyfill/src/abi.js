// Constants of the core. Generated from Go: do not edit, but run
// go test ./wasm -run TestABI -update

// The window, in 32-bit words: wasm/main.go.
export var COUNT = 0
export var FIRST_TOKEN = 1
export var TOKEN_WORDS = 3

// The window, in bytes.
export var CHUNK = 393232
export var CHUNK_SIZE = 65536

// Kinds of token: wasm/eventstream/parser.go.
export var COMMENT = 4
export var ID = 5
export var TYPE = 6
export var DATA = 7
export var LINE = 8
export var APPEND = 9
export var DISCARD = 10
export var COMMIT = 11
export var DISPATCH = 12
export var EVENT = 13

// Actions: wasm/eventsource/connection.go.
export var NOTHING = 0
export var REQUEST = 1
export var ANNOUNCE = 2
export var REESTABLISH = 3
export var FAIL = 4
export var WAIT = 5

// Settings and reasons: wasm/eventsource/policy.go.
export var MAX_DELAY = 0
export var FACTOR = 1
export var JITTER = 2
export var ATTEMPTS = 3
export var ON_END = 4
export var RETRY_AFTER = 5
export var MAX_EVENT = 6
export var COMMENTS = 7
export var FIRST_DELAY = 8
export var STATUSES = 9
export var ONE = 1024
export var MAX_STATUSES = 16
export var NETWORK = 1
export var END = 4
export var TIMEOUT = 5
export var HIDDEN = 8
export var WAKE = 9
export var VISIBLE = 10
export var REASONS = ['none', 'network', 'status', 'type', 'end', 'timeout', 'buffering', 'limit', 'hidden', 'wake']
