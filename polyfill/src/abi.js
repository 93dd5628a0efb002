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
export var ID = 4
export var TYPE = 5
export var DATA = 6
export var LINE = 7
export var APPEND = 8
export var DISCARD = 9
export var COMMIT = 10
export var DISPATCH = 11
export var EVENT = 12

// Actions: wasm/eventsource/connection.go.
export var NOTHING = 0
export var REQUEST = 1
export var ANNOUNCE = 2
export var REESTABLISH = 3
export var FAIL = 4
