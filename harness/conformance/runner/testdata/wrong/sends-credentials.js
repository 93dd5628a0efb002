// Sends cookies to every origin.
rules.request = function () {
  return {cache: 'no-store', credentials: 'include'}
}
