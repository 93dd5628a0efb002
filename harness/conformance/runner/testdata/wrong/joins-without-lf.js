// Joins the data lines of a block without LF.
rules.join = function (lines) {
  return lines.join('')
}
