// Keeps only the last data line of a block.
rules.join = function (lines) {
  return lines[lines.length - 1]
}
