// Removes every LF at the end of the data.
rules.join = function (lines) {
  return lines.join('\n').replace(/\n+$/, '')
}
