// Takes the URL at the end of a redirect for its own.
rules.keep = function (source, response) {
  source.url = response.url
}
