package check

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of the rules.
const (
	headTime    = time.Second            // until the head
	firstTime   = 500 * time.Millisecond // from the head to the first byte of the body
	emptyTime   = 5 * time.Second        // a stream without a byte for this long is buffered
	lateTime    = 2 * time.Second        // by which an event may be later than on another connection
	silenceTime = 25 * time.Second
	shortRetry  = time.Second
	longRetry   = 30 * time.Second
)

// usualLimits are the times after which proxies and platforms close connections. A
// connection that ends up to limitBefore earlier, or limitAfter later, has met one.
var usualLimits = []time.Duration{30 * time.Second, 60 * time.Second, 100 * time.Second}

const limitBefore, limitAfter = 500 * time.Millisecond, time.Second

// A judgement applies the rules to the recordings of a run.
type judgement struct {
	*run
	report *Report
	stream *recording // the one without compression
}

// judge returns what the recordings show. It is a pure function of them.
func judge(r *run) *Report {
	j := &judgement{r, newReport(r), r.find(plain)}
	j.everyResponse()
	switch {
	case j.stream.head == nil:
		j.noHead()
	case !j.stream.isStream():
		j.noStream()
	default:
		j.headers()
		j.startOfBody()
		j.delivery()
		j.writing()
		j.ids()
		j.retry()
		j.lifetime()
		j.cors()
		j.overHTTP2()
	}
	j.report.sort()
	return j.report
}

// found adds a finding. A rule is reported once, with the first connection that
// breaks it.
func (j *judgement) found(id string, rec *recording, format string, args ...any) {
	if slices.ContainsFunc(j.report.Findings, func(f Finding) bool { return f.ID == id }) {
		return
	}
	rule := rule(id)
	f := Finding{ID: id, Severity: rule.Severity, Title: rule.Title.English, Seen: fmt.Sprintf(format, args...), Connection: rec.name, Why: rule.Why, Fix: rule.Fix.English}
	for _, server := range j.report.Servers {
		if line := rule.Lines[server]; line != "" {
			f.Server, f.Line = server, line
			break
		}
	}
	j.report.Findings = append(j.report.Findings, f)
}

// skip notes rules that could not be checked.
func (j *judgement) skip(reason string, ids ...string) {
	for _, id := range ids {
		rule(id)
	}
	j.report.NotChecked = append(j.report.NotChecked, NotChecked{ids, reason})
}

// everyResponse checks what holds for errors on any connection.
func (j *judgement) everyResponse() {
	for _, rec := range j.recordings {
		if rec.head == nil {
			continue
		}
		status, h := rec.head.StatusCode, rec.head.Header
		if (status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable) && h.Get("Retry-After") == "" {
			j.found("check/retry-after", rec, "status %d without Retry-After", status)
		}
		if status < 400 || len(rec.begin) == 0 {
			continue
		}
		if kind := kindOf(rec.begin); !fits(mediaType(h), kind) {
			j.found("check/error-type", rec, "status %d with Content-Type %q and a body of %s: %s", status, cut(h.Get("Content-Type")), kind, quote(rec.begin))
		}
	}
}

// kindOf returns what a body looks like.
func kindOf(body []byte) string {
	text := strings.TrimSpace(string(body))
	switch {
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		return "JSON"
	case strings.HasPrefix(text, "<"):
		return "markup"
	}
	return "text"
}

// fits reports whether the body of an error may be what it looks like.
func fits(mediaType, kind string) bool {
	switch kind {
	case "JSON":
		return strings.HasSuffix(mediaType, "json") || mediaType == "text/plain"
	case "markup":
		return strings.HasSuffix(mediaType, "html") || strings.HasSuffix(mediaType, "xml") || mediaType == "text/plain"
	}
	return mediaType != "" && mediaType != "text/event-stream" && !strings.HasSuffix(mediaType, "json")
}

// mediaType returns the essence of a Content-Type, in lower case.
func mediaType(h http.Header) string {
	essence, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(essence))
}

// isHTML reports whether the response is a page.
func (rec *recording) isHTML() bool {
	return strings.HasPrefix(mediaType(rec.head.Header), "text/html") || strings.HasPrefix(mediaType(rec.head.Header), "application/xhtml")
}

func (j *judgement) noHead() {
	if err := j.stream.err; err != nil {
		j.found("check/invalid-http", j.stream, "after %s: %s", ms(j.stream.endedAt-j.stream.requestedAt), strconv.Quote(cut(err.Error())))
	} else {
		j.found("check/slow-head", j.stream, "connected, but no head in %s", ms(j.stream.endedAt-j.stream.requestedAt))
	}
	j.skip("there was no response", others(j.report)...)
}

// noStream checks a response with another status, or a page.
func (j *judgement) noStream() {
	rec, status := j.stream, j.stream.head.StatusCode
	where := ""
	if len(rec.redirects) > 0 {
		where = fmt.Sprintf(", after a redirect to %s", strconv.Quote(cut(rec.redirects[len(rec.redirects)-1])))
	}
	switch {
	case status == http.StatusOK:
		j.found("check/html", rec, "Content-Type %q%s: %s", cut(rec.head.Header.Get("Content-Type")), where, quote(rec.begin))
	case status == http.StatusNoContent:
		j.found("check/status", rec, "status 204, after which clients do not reconnect")
	default:
		j.found("check/status", rec, "status %d%s", status, where)
	}
	j.skip("the response is not a stream", others(j.report)...)
}

// others returns the ids of all rules without findings.
func others(r *Report) (ids []string) {
	for _, rule := range Rules {
		if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.ID == rule.ID }) {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

func (j *judgement) headers() {
	rec, h := j.stream, j.stream.head.Header
	contentType := h.Get("Content-Type")
	if mediaType(h) != "text/event-stream" {
		j.found("check/type", rec, "Content-Type %q: %s", cut(contentType), quote(rec.begin))
	} else if _, params, err := mime.ParseMediaType(contentType); err == nil {
		if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
			j.found("check/charset", rec, "Content-Type %q", cut(contentType))
		}
	}

	j.caching(h)
	if rec.head.ContentLength >= 0 {
		j.found("check/content-length", rec, "Content-Length: %d", rec.head.ContentLength)
	}
	if !strings.EqualFold(h.Get("X-Accel-Buffering"), "no") && !slices.Contains(j.report.Servers, Nginx) { // nginx removes it
		j.found("check/accel-buffering", rec, "X-Accel-Buffering %q", cut(h.Get("X-Accel-Buffering")))
	}
	if len(rec.redirects) > 0 {
		j.found("check/redirect", rec, "to %s", strconv.Quote(cut(rec.redirects[0])))
	}
}

// caching checks whether the response may be stored and changed.
//
// https://www.rfc-editor.org/rfc/rfc9111.html#section-3
func (j *judgement) caching(h http.Header) {
	directives := map[string]string{}
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		directives[name] = strings.Trim(value, `"`)
	}
	has := func(name string) bool { _, ok := directives[name]; return ok }
	seen := fmt.Sprintf("Cache-Control %q", cut(strings.Join(h.Values("Cache-Control"), ", ")))
	fresh := func(name string) bool { return has(name) && strings.Trim(directives[name], "0") != "" }
	expires, err := http.ParseTime(h.Get("Expires"))
	switch {
	case has("no-store"):
	case !has("no-cache") && (fresh("max-age") || fresh("s-maxage") || has("public") || has("immutable")):
		j.found("check/cacheable", j.stream, "%s", seen)
	case !has("no-cache") && !has("max-age") && err == nil && expires.After(time.Now()):
		j.found("check/cacheable", j.stream, "Expires %q", cut(h.Get("Expires")))
	case !has("no-cache") && !has("max-age") && h.Get("Last-Modified") != "":
		j.found("check/cacheable", j.stream, "Last-Modified %q, and %s", cut(h.Get("Last-Modified")), seen)
	default:
		j.found("check/no-store", j.stream, "%s", seen)
	}
	if !has("no-transform") {
		j.found("check/no-transform", j.stream, "%s", seen)
	}
}

// startOfBody checks how soon head and body begin.
func (j *judgement) startOfBody() {
	rec := j.stream
	waited := rec.headAt - rec.requestedAt
	at := func(limit time.Duration) (n int) {
		for _, e := range rec.body.events {
			if e.at-rec.headAt < limit {
				n++
			}
		}
		return n
	}
	switch early := at(100 * time.Millisecond); {
	case waited <= headTime || !j.alsoSlow(func(rec *recording) bool { return rec.headAt-rec.requestedAt > headTime }):
	case early > 1:
		j.found("check/buffered", rec, "the head came after %s, with %d events at once", ms(waited), early)
	default:
		j.found("check/slow-head", rec, "the head came after %s", ms(waited))
	}

	switch open := rec.endedAt - rec.headAt; {
	case rec.body.bytes > 0 && rec.body.first-rec.headAt > firstTime && j.alsoSlow(func(rec *recording) bool { return rec.body.bytes == 0 || rec.body.first-rec.headAt > firstTime }):
		j.found("check/first-byte", rec, "the first byte came %s after the head", ms(rec.body.first-rec.headAt))
	case rec.body.bytes == 0 && rec.ending == stillOpen && open >= emptyTime:
		j.found("check/buffered", rec, "not one byte came in the %s after the head", ms(open))
	case rec.body.bytes == 0 && rec.ending == stillOpen:
		j.found("check/first-byte", rec, "no byte came in the %s after the head", ms(open))
	}
}

// alsoSlow reports whether the connection that accepts compression, if it got a
// response, was slow too: a server may have to start for the first request.
func (j *judgement) alsoSlow(slow func(*recording) bool) bool {
	rec := j.find(compressed)
	return rec == nil || rec.head == nil || slow(rec)
}

// delivery checks whether events arrive when they are sent.
func (j *judgement) delivery() {
	for _, name := range []string{plain, http2} {
		rec := j.find(name)
		if rec == nil || rec.head == nil {
			continue
		}
		if p := rec.body.lineStall; p != nil {
			j.found("check/buffered", rec, "after %d bytes, in the middle of a line, nothing came for %s", p.offset, ms(p.length))
		}
		if p := rec.body.blankStall; p != nil {
			j.found("check/unfinished-block", rec, "after %d bytes, between the data of an event and its blank line, nothing came for %s", p.offset, ms(p.length))
		}
	}
	rec := j.stream
	if rec.body.unfinished && rec.ending == ended {
		j.found("check/unfinished-block", rec, "the stream ended after %d bytes without the blank line of its last event", rec.body.bytes)
	}
	j.compareWith(j.find(http2), "check/buffered")
	packed := j.find(compressed)
	switch {
	case packed == nil:
		j.skip("only a GET request is sent more than once", "check/compressed-buffered", "check/unknown-id", "check/resume-gap", "check/resume-repeat", "check/retry-constant", "check/http2", "check/http2-differs")
	case packed.head == nil && packed.err == nil && packed.endedAt-packed.requestedAt >= emptyTime:
		j.found("check/compressed-buffered", packed, "not even a head came in %s", ms(packed.endedAt-packed.requestedAt))
	case packed.head == nil || packed.head.StatusCode != http.StatusOK:
		j.skip("the connection that accepts compression got no stream", "check/compressed-buffered")
	default:
		j.compareWith(packed, "check/compressed-buffered")
	}
}

// compareWith compares when the events of the stream arrived on another connection.
func (j *judgement) compareWith(rec *recording, id string) {
	if rec == nil || rec.head == nil || rec.head.StatusCode != http.StatusOK {
		return
	}
	coding := rec.head.Header.Get("Content-Encoding")
	how := "with Content-Encoding " + strconv.Quote(cut(coding))
	if coding == "" {
		how = "there"
		if id == "check/compressed-buffered" {
			id = "check/buffered"
		}
	}
	first, other := map[string]time.Duration{}, map[string]bool{}
	missed := 0
	for _, e := range rec.body.events {
		other[e.id] = true
	}
	for _, e := range j.stream.body.events {
		if e.at <= rec.headAt {
			continue
		}
		if e.ownID {
			first[e.id] = e.at
		}
		if e.at+lateTime < rec.endedAt && !(e.ownID && other[e.id]) {
			missed++
		}
	}
	for _, e := range rec.body.events {
		if at, ok := first[e.id]; ok && e.ownID && e.at-at > lateTime {
			j.found(id, rec, "%s, the event with id %q came %s later than without", how, cut(e.id), ms(e.at-at))
			return
		}
	}
	if rec.ending == stillOpen && missed >= 2 && len(rec.body.events) == 0 {
		j.found(id, rec, "%s, no event came in %s, and without %d came", how, ms(rec.endedAt-rec.headAt), missed)
	}
}

// writing checks the text of the stream.
func (j *judgement) writing() {
	s := &j.stream.body
	for _, f := range []struct {
		id   string
		spot *spot
	}{
		{"check/utf8", s.badUTF8},
		{"check/unknown-field", s.unknownField},
		{"check/event-name", s.builtinType},
		{"check/retry-value", s.badRetry},
		{"check/id-nul", s.nulInID},
	} {
		if f.spot != nil {
			j.found(f.id, j.stream, "%s at byte %d", quote([]byte(f.spot.text)), f.spot.offset)
		}
	}
	if ends := s.lineEnds(); len(ends) > 1 {
		j.found("check/line-ends", j.stream, "%s in %d bytes", strings.Join(ends, " and "), s.bytes)
	}
}

// ids checks ids, and what comes after a last event ID.
func (j *judgement) ids() {
	s := &j.stream.body
	switch {
	case len(s.events) == 0:
		j.skip("no event came", "check/no-ids")
	case len(s.ids()) == 0:
		j.found("check/no-ids", j.stream, "%d events without id", len(s.events))
	}
	j.unknownID()
	rec := j.find(resumed)
	switch {
	case j.Method != http.MethodGet:
	case rec == nil:
		j.skip(fmt.Sprintf("fewer than %d events with ids came", resumeAfter), "check/resume-gap", "check/resume-repeat")
	case rec.head == nil || rec.head.StatusCode != http.StatusOK:
		j.skip("the second connection got no stream", "check/resume-gap", "check/resume-repeat")
	default:
		j.resumption(rec)
	}
}

func (j *judgement) unknownID() {
	rec := j.find(unknown)
	switch {
	case rec == nil:
	case rec.head == nil:
		j.found("check/unknown-id", rec, "no response in %s", ms(rec.endedAt-max(rec.requestedAt, 0)))
	case rec.head.StatusCode == http.StatusTooManyRequests, rec.head.StatusCode == http.StatusServiceUnavailable:
		j.skip(fmt.Sprintf("it was answered with %d", rec.head.StatusCode), "check/unknown-id")
	case rec.head.StatusCode != http.StatusOK:
		j.found("check/unknown-id", rec, "status %d", rec.head.StatusCode)
	case mediaType(rec.head.Header) != mediaType(j.stream.head.Header):
		j.found("check/unknown-id", rec, "Content-Type %q", cut(rec.head.Header.Get("Content-Type")))
	}
}

// resumption compares the ids after a last event ID with those of the stream, which
// was open all the time.
func (j *judgement) resumption(rec *recording) {
	all, got := j.stream.body.ids(), rec.body.ids()
	after := slices.Index(all, rec.resumedAfter)
	if after < 0 || j.stream.body.dropped > 0 {
		j.skip("too many events came", "check/resume-gap", "check/resume-repeat")
		return
	}
	seen, want := all[:after+1], all[after+1:]
	for i, id := range got {
		switch at := slices.Index(want, id); {
		case slices.Contains(seen, id):
			j.found("check/resume-repeat", rec, "after Last-Event-ID %q, event %d has the id %q, which came before", cut(rec.resumedAfter), i+1, cut(id))
			return
		case at > 0:
			j.found("check/resume-gap", rec, "after Last-Event-ID %q, the event with id %q did not come; the next has the id %q", cut(rec.resumedAfter), cut(want[0]), cut(id))
			return
		case at < 0 && len(want) > 0:
			j.found("check/resume-gap", rec, "after Last-Event-ID %q came the id %q, where the stream had %q", cut(rec.resumedAfter), cut(id), cut(want[0]))
			return
		case at < 0:
			return // newer than the end of the stream's recording
		}
		want = want[1:]
	}
	if len(got) == 0 {
		j.found("check/resume-gap", rec, "after Last-Event-ID %q, no event came in %s; the stream had %d", cut(rec.resumedAfter), ms(rec.endedAt-rec.headAt), len(want))
	}
}

// retry checks reconnection times.
func (j *judgement) retry() {
	if len(j.stream.body.retries) == 0 && j.stream.body.badRetry == nil {
		j.found("check/no-retry", j.stream, "none in %d bytes", j.stream.body.bytes)
	}
	var firsts []string
	for _, rec := range j.recordings {
		for _, value := range rec.body.retries {
			n, err := strconv.Atoi(value)
			if d := time.Duration(n) * time.Millisecond; err != nil || d < shortRetry || d > longRetry {
				j.found("check/retry-range", rec, "retry: %s", cut(value))
			}
		}
		if len(rec.body.retries) > 0 {
			firsts = append(firsts, rec.body.retries[0])
		}
	}
	slices.Sort(firsts)
	if len(firsts) >= 3 && firsts[0] == firsts[len(firsts)-1] {
		j.found("check/retry-constant", j.stream, "retry: %s on %d connections", cut(firsts[0]), len(firsts))
	}
}

// lifetime checks silence and the end of the stream.
func (j *judgement) lifetime() {
	rec := j.stream
	if gap := rec.body.gap; gap > silenceTime {
		j.found("check/silent", rec, "no byte for %s, from %s after the head on", ms(gap), ms(rec.body.gapFrom-rec.headAt))
	} else if j.For <= silenceTime {
		j.skip("needs --for 26s or more", "check/silent")
	}
	lived := rec.endedAt - rec.headAt
	met := slices.IndexFunc(usualLimits, func(l time.Duration) bool { return lived >= l-limitBefore && lived <= l+limitAfter })
	switch {
	case rec.ending == stillOpen:
		j.limitsAhead(lived)
	case rec.ending == invalid:
		j.found("check/invalid-http", rec, "after %d bytes of the body: %s", rec.body.bytes, strconv.Quote(cut(rec.err.Error())))
	case met >= 0:
		j.found("check/timed-out", rec, "it %s %s after the head", rec.ending, ms(lived))
	case rec.ending == broken:
		j.found("check/cut", rec, "%s and %d bytes after the head: %s", ms(lived), rec.body.bytes, strconv.Quote(cut(rec.err.Error())))
	default:
		j.found("check/short-lived", rec, "it ended %s and %d bytes after the head", ms(lived), rec.body.bytes)
	}
}

// limitsAhead notes the usual limits that the observation was too short for.
func (j *judgement) limitsAhead(lived time.Duration) {
	var ahead []string
	for _, l := range usualLimits {
		if lived < l+limitAfter {
			ahead = append(ahead, fmt.Sprintf("%.0f s", l.Seconds()))
		}
	}
	if ahead != nil && lived < maxLived {
		j.skip(fmt.Sprintf("limits of %s: need --for 102s", strings.Join(ahead, ", ")), "check/timed-out")
	}
}

const maxLived = 101 * time.Second

// cors checks what a page of the origin may do.
//
// https://fetch.spec.whatwg.org/#cors-check
func (j *judgement) cors() {
	if j.Origin == "" {
		j.skip("needs --origin", "check/cors", "check/vary", "check/preflight")
		return
	}
	h := j.stream.head.Header
	if refusal := j.refuses(h); refusal != "" {
		j.found("check/cors", j.stream, "%s", refusal)
	} else if h.Get("Access-Control-Allow-Origin") != "*" && !listed(h.Values("Vary"), "Origin") {
		j.found("check/vary", j.stream, "Access-Control-Allow-Origin %q and Vary %q", cut(h.Get("Access-Control-Allow-Origin")), cut(strings.Join(h.Values("Vary"), ", ")))
	}

	rec := j.find(preflight)
	if rec.head == nil {
		j.found("check/preflight", rec, "no response in %s", ms(rec.endedAt-max(rec.requestedAt, 0)))
		return
	}
	allowed := rec.head.Header.Values("Access-Control-Allow-Headers")
	switch status, refusal := rec.head.StatusCode, j.refuses(rec.head.Header); {
	case status < 200 || status > 299:
		j.found("check/preflight", rec, "status %d", status)
	case refusal != "":
		j.found("check/preflight", rec, "%s", refusal)
	default:
		for name := range strings.SplitSeq(j.preflight().header.Get("Access-Control-Request-Headers"), ",") {
			if !listed(allowed, name) && (name == "authorization" || j.credentials() || !listed(allowed, "*")) {
				j.found("check/preflight", rec, "%s is not in Access-Control-Allow-Headers %q", name, cut(strings.Join(allowed, ", ")))
			}
		}
	}
}

// credentials reports whether the request has cookies.
func (j *judgement) credentials() bool { return j.Header.Get("Cookie") != "" }

// refuses returns why a page may not read a response, or "".
func (j *judgement) refuses(h http.Header) string {
	allowed := h.Values("Access-Control-Allow-Origin")
	switch {
	case len(allowed) == 1 && allowed[0] == "*" && !j.credentials():
		return ""
	case len(allowed) != 1 || allowed[0] != j.Origin:
		return fmt.Sprintf("Access-Control-Allow-Origin %q", cut(strings.Join(allowed, ", ")))
	case j.credentials() && h.Get("Access-Control-Allow-Credentials") != "true":
		return fmt.Sprintf("Access-Control-Allow-Credentials %q, and the request has cookies", cut(h.Get("Access-Control-Allow-Credentials")))
	}
	return ""
}

// listed reports whether header values, separated by commas, contain a name.
func listed(values []string, name string) bool {
	for value := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if strings.EqualFold(strings.TrimSpace(value), name) {
			return true
		}
	}
	return false
}

func (j *judgement) overHTTP2() {
	rec := j.find(http2)
	switch {
	case j.target.Scheme == "http":
		j.skip("needs https", "check/http2", "check/http2-differs")
	case rec == nil:
	case rec.head == nil && rec.err != nil:
		j.found("check/http2-differs", rec, "no response: %s", strconv.Quote(cut(rec.err.Error())))
	case rec.head == nil:
		j.found("check/http2-differs", rec, "no head in %s", ms(rec.endedAt-rec.requestedAt))
	case rec.head.ProtoMajor != 2:
		j.found("check/http2", rec, "the server chose %q", rec.head.Proto)
	case rec.head.StatusCode != j.stream.head.StatusCode:
		j.found("check/http2-differs", rec, "status %d", rec.head.StatusCode)
	case mediaType(rec.head.Header) != mediaType(j.stream.head.Header):
		j.found("check/http2-differs", rec, "Content-Type %q", cut(rec.head.Header.Get("Content-Type")))
	}
}
