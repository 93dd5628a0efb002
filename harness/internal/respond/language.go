package respond

import (
	"net/http"
	"strconv"
	"strings"
)

// Chinese reports whether the response to a request should be in Chinese rather than in
// English: as ?lang= says or, without it, if the client prefers Chinese to every other
// language.
func Chinese(r *http.Request) bool {
	if lang := r.URL.Query().Get("lang"); lang != "" {
		return strings.HasPrefix(lang, "zh")
	}
	best, preferred := 0.0, ""
	for element := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, parameter, _ := strings.Cut(strings.TrimSpace(element), ";")
		quality, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(parameter), "q="), 64)
		if err != nil {
			quality = 1
		}
		if quality > best {
			best, preferred = quality, tag
		}
	}
	return strings.HasPrefix(strings.ToLower(preferred), "zh")
}
