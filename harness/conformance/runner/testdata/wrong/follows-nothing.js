// Does not follow redirects.
rules.request = function () {
  return {cache: 'no-store', redirect: 'error'}
}
