// Opens with every status of success.
rules.accepts = function (status) {
  return status >= 200 && status < 300
}
