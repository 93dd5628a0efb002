// The latest events of a connection, for members that miss some when a hub dies.

// How many characters of data are kept. Choice.
var MOST = 1 << 18

// Adds an EVENT message to a list, removes the oldest ones beyond the limit, and returns
// the message.
export function keep(list, message) {
  list.size_ = (list.size_ || 0) + message[3].length + 99
  list.push(message)
  while (list.size_ > MOST) list.size_ -= list.shift()[3].length + 99
  return message
}
