package visits

import (
	"cmp"
	"regexp"
)

// engines lists browsers with the word in User-Agent that identifies them. Most browsers
// also claim to be others, so the first match counts. Browsers that the harness can
// start have the same names there.
var engines = []struct {
	name string
	word *regexp.Regexp
}{
	{"edge", word("Edge?|EdgA|EdgiOS")},
	{"opera", word("OPR|Opera")},
	{"samsung", word("SamsungBrowser")},
	{"firefox", word("Firefox|FxiOS")},
	{"phantomjs", word("PhantomJS")},
	{"chromium", word("HeadlessChrome|Chromium|Chrome|CriOS")},
	{"ie", regexp.MustCompile(`\b(MSIE |Trident/.*rv:)([0-9.]{1,20})`)},
	{"safari", regexp.MustCompile(`\b(Version)/([0-9.]{1,20}).*Safari/`)},
	{"webkit", word("AppleWebKit")},
}

func word(alternatives string) *regexp.Regexp {
	return regexp.MustCompile(`\b(` + alternatives + `)/([0-9.]{1,20})`)
}

// identify returns the name of a browser and its version, like Firefox/153.0, from its
// User-Agent. Whatever that contains, both results consist of letters, digits, dots and
// one slash.
func identify(userAgent string) (name, version string) {
	for _, e := range engines {
		if found := e.word.FindStringSubmatch(userAgent); found != nil {
			return e.name, title(e.name, found[1]) + "/" + found[2]
		}
	}
	return "unknown", ""
}

// title returns the name by which a browser is known.
func title(name, word string) string {
	return cmp.Or(map[string]string{"ie": "IE", "safari": "Safari"}[name], word)
}
