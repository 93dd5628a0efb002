package visits

import (
	"cmp"
	"regexp"
)

// engines are the browsers by the word of their User-Agent that tells them apart.
// Most claim to be others as well, so the first one that is found counts. Those
// that the harness starts by itself have the same names here.
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

// identify reads the name of a browser and its version, like Firefox/153.0, from
// what it says of itself. Whatever that is, both consist of letters, digits, dots
// and one slash.
func identify(userAgent string) (name, version string) {
	for _, e := range engines {
		if found := e.word.FindStringSubmatch(userAgent); found != nil {
			return e.name, title(e.name, found[1]) + "/" + found[2]
		}
	}
	return "unknown", ""
}

// title is how a browser calls itself.
func title(name, word string) string {
	return cmp.Or(map[string]string{"ie": "IE", "safari": "Safari"}[name], word)
}
