// Follows no redirect.
rules.request = function () {
  return {cache: 'no-store', redirect: 'error'}
}
