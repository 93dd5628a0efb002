// Opens with every 2xx status.
rules.accepts = function (status) {
  return status >= 200 && status < 300
}
