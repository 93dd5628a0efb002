// What a hub sends to its members: arrays of messages. A message is an array that begins
// with one of these numbers.

// [HELLO, count, id, lock]: a hub has begun, or has taken the member in. count is how many
// events have come over the connection, id the last event ID, lock the name of a lock that
// is held while the hub exists.
export var HELLO = 0

// [OPENED, head]: the stream is open. See headOf.
export var OPENED = 1

// [EVENT, count, type, data, id]: an event of the stream, the one with this number.
export var EVENT = 2

// [ID, id]: the last event ID has changed without an event.
export var ID = 3

// [ENDED, readyState, reason, delay, head]: an error event. head is null without a response.
export var ENDED = 4

// [BODY, text]: the body of the response of the latest error event; without a text, it
// could not be read.
export var BODY = 5

// How long both sides still listen after the connection has failed, in ms: the body may
// follow. Choice.
export var LINGER = 1000

// The name of everything that tabs share. Tabs with different versions share nothing.
export var PREFIX = 'eventsource-wasm ' + VERSION + ' '
