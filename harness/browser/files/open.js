// Opens the URL that is its argument in PhantomJS, until it is killed.
var page = require('webpage').create()
page.open(require('system').args[1], function () {})
