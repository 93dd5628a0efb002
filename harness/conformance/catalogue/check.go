package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	pathForm  = regexp.MustCompile(`^(/|http|\{)`) // a placeholder stands for either
	idForm    = regexp.MustCompile(`^[a-z0-9-]+/[a-z0-9-]+$`)
	routeForm = regexp.MustCompile(`^[a-z0-9-]+$`)
	// https://www.rfc-editor.org/rfc/rfc9110.html#section-5.6.2
	headerForm = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	stepForm   = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)
	specForm   = regexp.MustCompile(`^([a-z0-9-]+)#\S+$`)
)

// standards are the documents that Spec refers to, by the name used there.
var standards = map[string]string{
	"csp":             "https://w3c.github.io/webappsec-csp/",
	"dom":             "https://dom.spec.whatwg.org/",
	"encoding":        "https://encoding.spec.whatwg.org/",
	"fetch":           "https://fetch.spec.whatwg.org/",
	"fetch-metadata":  "https://w3c.github.io/webappsec-fetch-metadata/",
	"html":            "https://html.spec.whatwg.org/multipage/",
	"infra":           "https://infra.spec.whatwg.org/",
	"local-network":   "https://wicg.github.io/local-network-access/",
	"mimesniff":       "https://mimesniff.spec.whatwg.org/",
	"mixed-content":   "https://w3c.github.io/webappsec-mixed-content/",
	"page-lifecycle":  "https://wicg.github.io/page-lifecycle/",
	"prerendering":    "https://wicg.github.io/nav-speculation/prerendering.html",
	"referrer-policy": "https://w3c.github.io/webappsec-referrer-policy/",
	"rfc6265bis":      "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis",
	"rfc9110":         "https://www.rfc-editor.org/rfc/rfc9110.html",
	"rfc9112":         "https://www.rfc-editor.org/rfc/rfc9112.html",
	"rfc9113":         "https://www.rfc-editor.org/rfc/rfc9113.html",
	"service-workers": "https://w3c.github.io/ServiceWorker/",
	"streams":         "https://streams.spec.whatwg.org/",
	"upgrade":         "https://w3c.github.io/webappsec-upgrade-insecure-requests/",
	"url":             "https://url.spec.whatwg.org/",
	"webidl":          "https://webidl.spec.whatwg.org/",
}

// SpecURL returns the address of the place that Spec names.
func (c *Case) SpecURL() string { return specURL(c.Spec) }

// SpecURL returns the address of the place that Spec names.
func (c *Choice) SpecURL() string { return specURL(c.Spec) }

func specURL(spec string) string {
	if strings.HasPrefix(spec, "https://") {
		return spec
	}
	standard, anchor, _ := strings.Cut(spec, "#")
	return standards[standard] + "#" + anchor
}

// check returns an error that names the first fault of a case in the file of a
// group. The addresses are those that it uses.
func (c *Case) check(group string, addresses []placeholderEntry) error {
	for _, err := range []error{
		c.checkHead(group), c.checkContexts(), c.checkServer(), c.checkPages(),
		c.checkClient(), c.checkDrive(), c.checkExpect(), c.checkPlaceholders(), c.checkConsistency(addresses),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Case) checkHead(group string) error {
	switch {
	case !idForm.MatchString(c.ID):
		return fmt.Errorf("id: %q; expected GROUP/NAME in lower-case letters, digits and hyphens", c.ID)
	case c.Group() != group:
		return fmt.Errorf("id: is in the file of group %s; expected %s/… or another file", group, group)
	case c.Title == "":
		return errors.New("title: missing; expected a phrase that says what is done")
	case c.Requirement == "":
		return errors.New("requirement: missing; expected a sentence that says what must follow")
	case !slices.Contains(levels, c.Level):
		return fmt.Errorf("level: %q; expected %s", c.Level, oneOf(levels))
	}
	if err := checkSpec("spec", c.Spec); err != nil {
		return err
	}
	return c.checkChoice()
}

// checkSpec checks the name of a place in a standard, or a URL.
func checkSpec(at, spec string) error {
	if strings.HasPrefix(spec, "https://") {
		return nil
	}
	m := specForm.FindStringSubmatch(spec)
	if m == nil {
		return fmt.Errorf("%s: %q; expected STANDARD#ANCHOR, or a URL that begins with https://", at, spec)
	}
	if standards[m[1]] == "" {
		return fmt.Errorf("%s: unknown standard %q; expected %s", at, m[1], oneOf(sortedKeys(standards)))
	}
	return nil
}

func (c *Case) checkChoice() error {
	choice := c.Choice
	switch {
	case choice == nil:
		return nil
	case c.Level == Must:
		return errors.New("choice: the level is must; expected should or info, or no choice")
	case choice.Step != "" && !stepForm.MatchString(choice.Step):
		return fmt.Errorf("choice.step: %q; expected the number of a step, for example 15.2", choice.Step)
	case choice.Permits == "":
		return errors.New("choice.permits: missing; expected a sentence that says what else a client may do")
	}
	return checkSpec("choice.spec", choice.Spec)
}

func (c *Case) checkServer() error {
	if err := checkConnections("server", c.Server); err != nil {
		return err
	}
	for _, name := range sortedKeys(c.Routes) {
		at := join("routes", name)
		if err := checkName(at, name); err != nil {
			return err
		}
		if err := checkConnections(at, c.Routes[name]); err != nil {
			return err
		}
	}
	return nil
}

// checkName checks the name of a route or a page.
func checkName(at, name string) error {
	if !routeForm.MatchString(name) || name == "stream" || name == "result" {
		return fmt.Errorf("%s: bad name; expected lower-case letters, digits and hyphens, and neither stream nor result", at)
	}
	return nil
}

func (c *Case) checkPages() error {
	for _, name := range sortedKeys(c.Pages) {
		at := join("pages", name)
		if err := checkName(at, name); err != nil {
			return err
		}
		if _, taken := c.Routes[name]; taken {
			return fmt.Errorf("%s: is also the name of a route; expected another name", at)
		}
		page := c.Pages[name]
		for i, line := range page.Script {
			if err := c.checkFilled(fmt.Sprintf("%s.script[%d]", at, i), line); err != nil {
				return err
			}
		}
		for _, h := range page.Headers {
			if err := c.checkFilled(join(at, "headers")+": "+h[0], h[1]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Case) checkDrive() error {
	for i, action := range c.Drive {
		if action.Name == Until {
			continue // the braces of an expression are its own
		}
		if err := c.checkFilled(fmt.Sprintf("drive[%d]", i), action.Text); err != nil {
			return err
		}
	}
	return nil
}

func checkConnections(at string, list []Connection) error {
	if len(list) == 0 {
		return fmt.Errorf("%s: empty; expected at least one connection", at)
	}
	for i, connection := range list {
		for j, step := range connection {
			if err := checkStep(connection, j, step); err != nil {
				return fmt.Errorf("%s[%d]: step %d: %w", at, i, j+1, err)
			}
		}
	}
	return nil
}

func checkStep(connection Connection, j int, step Step) error {
	switch {
	case step.Verb.entry().last && j < len(connection)-1:
		return fmt.Errorf("%s: more steps follow; expected it to be the last", step.Verb)
	case step.Verb.entry().first && j > 0:
		return fmt.Errorf("%s: expected it to be the first", step.Verb)
	case step.Verb == Headers && slices.ContainsFunc(connection[:j], writesHead):
		return errors.New("headers: the head was sent before; expected it before any other write")
	case step.Verb != Respond:
		return nil
	}
	head := step.Head
	switch {
	case head.Status < 100 || head.Status > 999:
		return fmt.Errorf("respond.status: %d; expected 100 to 999", head.Status)
	case !slices.Contains(framings, head.Framing):
		return fmt.Errorf("respond.framing: %q; expected %s", head.Framing, oneOf(framings))
	case head.Length != 0 && head.Framing != Length:
		return fmt.Errorf("respond.length: the framing is %s; expected framing length", head.Framing)
	case head.Length < 0:
		return fmt.Errorf("respond.length: %d; expected 0 or more bytes", head.Length)
	}
	for _, h := range head.Headers {
		switch {
		case !headerForm.MatchString(h[0]):
			return fmt.Errorf("respond.headers: %q is not the name of a header; expected a token, or raw", h[0])
		case strings.EqualFold(h[0], "Content-Length"), strings.EqualFold(h[0], "Transfer-Encoding"):
			return fmt.Errorf("respond.headers: %s is set by framing; expected framing, or raw", h[0])
		}
	}
	return nil
}

// writesHead reports whether a step sends the head, or bytes in place of it.
func writesHead(step Step) bool {
	return step.Verb == Raw || step.Verb == Send || step.Verb == Headers
}

func (c *Case) checkClient() error {
	client := c.Client
	switch {
	case client.Limit <= 0:
		return fmt.Errorf("client.limit: %d; expected more than 0 milliseconds", client.Limit)
	case client.Settle < 0:
		return fmt.Errorf("client.settle: %d; expected 0 or more milliseconds", client.Settle)
	case client.Script != nil && (client.URL != "{url}" || client.Init != nil || client.Listen != nil || client.Close != nil):
		return errors.New("client.script: together with url, init, listen or close; expected the script to do their work")
	}
	if client.Syntax != "" && !strings.Contains(strings.Join(client.Script, "\n"), "new Function(") {
		return errors.New("client.syntax: the script does not evaluate any code; expected a script with new Function(…), or no syntax")
	}
	calls := strings.Contains(strings.Join(client.Script, "\n"), "location.reload(")
	switch {
	case client.Reloads && !calls:
		return errors.New("client.reloads: the script never calls location.reload(); expected it to, or no reloads")
	case calls && !client.Reloads:
		return errors.New("client.script: calls location.reload(), and a page is loaded once; expected reloads: true beside it")
	}
	if err := checkTools(client.Script); err != nil {
		return err
	}
	if when := client.Close; when != nil {
		timer := when.After > 0 && when.On == "" && when.Nth == 0
		event := when.After == 0 && when.On != "" && when.Nth >= 0 && (when.On != "construct" || when.Nth == 0)
		if !timer && !event {
			return errors.New(`client.close: expected {"on": TYPE, "nth": N}, {"on": "construct"} or {"after": MILLISECONDS}`)
		}
	}
	return nil
}

func (c *Case) checkExpect() error {
	expect := c.Expect
	if c.Impossible != "" {
		return nil
	}
	if c.Level != Info && expect.Events == nil && expect.Log == nil && expect.Requests == nil {
		return errors.New("expect: empty; expected events, messages, log or requests, or the level info")
	}
	if c.Level != Info && expect.Empty() && !c.callsDone() {
		return errors.New("expect: neither events nor log, so the page would record until its limit; expected one of them, or a script that calls t.done()")
	}
	if expect.Log != nil && c.Client.Script == nil {
		return errors.New("expect.log: the case has no client.script; expected events, or a script that calls t.log")
	}
	for i, event := range expect.Events {
		if event.Type == "" {
			return fmt.Errorf("expect.events[%d].type: missing; expected an event type", i)
		}
		if event.Class != nil && !slices.Contains(classes, *event.Class) {
			return fmt.Errorf("expect.events[%d].class: %q; expected %s", i, *event.Class, oneOf(classes))
		}
		if event.ReadyState != nil && (*event.ReadyState < 0 || *event.ReadyState > 2) {
			return fmt.Errorf("expect.events[%d].readyState: %d; expected 0, 1 or 2", i, *event.ReadyState)
		}
		if event.Repeat != 0 && event.Data == nil {
			return fmt.Errorf("expect.events[%d].repeat: the event has no data; expected data to repeat", i)
		}
		if event.Repeat < 0 || event.Count < 0 {
			return fmt.Errorf("expect.events[%d]: negative repeat or count; expected 1 or more", i)
		}
	}
	for i, request := range expect.Requests {
		if request.Delay != nil && i == 0 {
			return errors.New("expect.requests[0].delay: the first request has no previous one; expected a delay of later requests only")
		}
		if request.Path != "" && !pathForm.MatchString(request.Path) {
			return fmt.Errorf("expect.requests[%d].path: %q; expected a path that begins with / or a whole URL", i, request.Path)
		}
		if request.Count < 0 {
			return fmt.Errorf("expect.requests[%d].count: negative; expected 1 or more", i)
		}
	}
	return nil
}

// classes are the classes that an expected event may have.
var classes = []string{"Event", "MessageEvent"}

func (c *Case) callsDone() bool {
	return slices.ContainsFunc(c.Client.Script, func(line string) bool {
		return strings.Contains(line, "t.done")
	})
}

// checkPlaceholders replaces placeholders wherever there may be one.
func (c *Case) checkPlaceholders() error {
	if err := c.checkFilled("client.url", c.Client.URL); err != nil {
		return err
	}
	if err := c.checkHeaders("server", c.Server); err != nil {
		return err
	}
	for _, name := range sortedKeys(c.Routes) {
		if err := c.checkHeaders(join("routes", name), c.Routes[name]); err != nil {
			return err
		}
	}
	if _, err := c.Expect.fill(probe); err != nil {
		return err
	}
	written, err := json.Marshal(c.Expect)
	if err != nil {
		return err
	}
	return c.checkReferences("expect", string(written))
}

func (c *Case) checkHeaders(at string, list []Connection) error {
	for i, connection := range list {
		for _, h := range connection[0].Head.Headers {
			where := fmt.Sprintf("%s[%d].respond.headers: %s", at, i, h[0])
			if err := c.checkFilled(where, h[1]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Case) checkFilled(at, s string) error {
	if _, err := (Env{}).Fill(s); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return c.checkReferences(at, s)
}

// checkReferences checks that every route and page named in s is one of the
// case's.
func (c *Case) checkReferences(at, s string) error {
	for _, r := range referencesIn(s) {
		entry, _ := r.entry()
		if _, ok := c.Routes[r.of]; entry.of == "ROUTE" && !ok {
			return fmt.Errorf("%s: no route %q; expected one of the case's routes", at, r.of)
		}
		if _, ok := c.Pages[r.of]; entry.of == "PAGE" && !ok {
			return fmt.Errorf("%s: no page %q; expected one of the case's pages", at, r.of)
		}
	}
	return nil
}
