// Opens its argument, a URL, in PhantomJS and runs until it is killed.
var page = require('webpage').create()
page.open(require('system').args[1], function () {})
