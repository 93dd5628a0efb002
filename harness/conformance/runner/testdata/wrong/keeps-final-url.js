// Sets url to the URL at the end of a redirect.
rules.keep = function (source, response) {
  source.url = response.url
}
