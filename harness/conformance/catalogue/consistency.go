package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue/es5"
)

// checkConsistency returns an error that names the first member which does not
// fit the others: what nothing uses, what has no effect, and scripts that are not
// ES5. The addresses are those that the case uses.
func (c *Case) checkConsistency(addresses []placeholderEntry) error {
	for _, err := range []error{
		c.checkScripts(), c.checkHTTPS(addresses), c.checkListen(), c.checkRecorded(), c.checkRanges(), c.checkUsed(),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkScripts checks that all scripts are ES5.
func (c *Case) checkScripts() error {
	if err := checkES5("client.script", c.Client.Script, "(function (t) {\n", "\n})"); err != nil {
		return err
	}
	for _, name := range sortedKeys(c.Pages) {
		if err := checkES5(join("pages", name)+".script", c.Pages[name].Script, "", ""); err != nil {
			return err
		}
	}
	for i, action := range c.Drive {
		var syntax *es5.Error
		if action.Name == Until && errors.As(es5.Check("("+action.Text+"\n)"), &syntax) {
			return fmt.Errorf("drive[%d].until: %s; expected ES5", i, syntax.Message)
		}
	}
	return nil
}

// checkES5 checks the lines of a script, which runs with some text before and
// after it.
func checkES5(at string, lines []string, before, after string) error {
	script, err := probe.Fill(strings.Join(lines, "\n"))
	if err != nil {
		script = strings.Join(lines, "\n") // the braces are not placeholders
	}
	var syntax *es5.Error
	if !errors.As(es5.Check(before+script+after), &syntax) {
		return nil
	}
	i := syntax.Line - 1 - strings.Count(before, "\n")
	return fmt.Errorf("%s[%d]: %s; expected ES5", at, max(0, min(i, len(lines)-1)), syntax.Message)
}

// probe is an environment in which placeholders can be replaced before a case
// runs.
var probe = Env{Origin: "http://a", OtherPort: "http://b", OtherHost: "http://c", Token: "t"}

// checkHTTPS checks that a case asks for a browser that trusts the server exactly
// if it needs one.
func (c *Case) checkHTTPS(addresses []placeholderEntry) error {
	needs := slices.IndexFunc(addresses, func(p placeholderEntry) bool { return p.trusted })
	switch {
	case needs >= 0 && !c.HTTPS:
		return fmt.Errorf("https: missing; expected true, because the case uses %s", addresses[needs])
	case needs < 0 && c.HTTPS:
		var trusted []string
		for _, entry := range placeholders {
			if entry.trusted {
				trusted = append(trusted, entry.String())
			}
		}
		return fmt.Errorf("https: the case uses none of %s; expected one of them, or no https", oneOf(trusted))
	}
	return nil
}

// recordedTypes are the event types that a client without a script records.
var recordedTypes = []string{"open", "message", "error"}

// checkListen checks that every type that is listened to can come.
func (c *Case) checkListen() error {
	listen := c.Client.Listen
	for i, name := range listen {
		at := fmt.Sprintf("client.listen[%d]", i)
		switch {
		case slices.Contains(recordedTypes, name):
			return fmt.Errorf("%s: %q is recorded anyway; expected another type", at, name)
		case slices.Contains(listen[:i], name):
			return fmt.Errorf("%s: %q is listed twice; expected each once", at, name)
		case !c.sends(name) && !c.expects(name):
			return fmt.Errorf("%s: no event of type %q is sent or expected; expected another type", at, name)
		}
	}
	if when := c.Client.Close; when != nil && when.On != "" {
		known := append([]string{"construct"}, recordedTypes...)
		if !slices.Contains(append(known, listen...), when.On) {
			return fmt.Errorf("client.close.on: %q; expected %s or a type of client.listen", when.On, strings.Join(known, ", "))
		}
	}
	return nil
}

// eventField matches a line that sets an event type, or nearly does so.
var eventField = regexp.MustCompile(`(?i)event[^\r\n]*`)

// control matches the characters that a wrong client may drop from an event type.
var control = regexp.MustCompile(`[\x00-\x1f]`)

// sends reports whether the server sends a field with an event type, control
// characters aside.
func (c *Case) sends(name string) bool {
	for _, connection := range c.connections() {
		for _, step := range connection {
			for _, line := range eventField.FindAll(step.Bytes, -1) {
				if bytes.Contains(line, []byte(name)) || bytes.Contains(control.ReplaceAll(line, nil), []byte(name)) {
					return true
				}
			}
		}
	}
	return false
}

// expects reports whether an event of a type is expected.
func (c *Case) expects(name string) bool {
	return slices.ContainsFunc(c.Expect.Events, func(e Event) bool { return e.Type == name })
}

// connections returns all scripts of the server.
func (c *Case) connections() []Connection {
	all := slices.Clone(c.Server)
	for _, name := range sortedKeys(c.Routes) {
		all = append(all, c.Routes[name]...)
	}
	return all
}

// checkRecorded checks that a script records what is expected.
func (c *Case) checkRecorded() error {
	if c.Client.Script == nil || c.Impossible != "" {
		return nil
	}
	used := membersUsed(strings.Join(c.Client.Script, "\n"))
	if len(c.Expect.Log) > 0 && !slices.Contains(used, "log") {
		return errors.New("expect.log: client.script never calls t.log; expected it to log, or no log")
	}
	if len(c.Expect.Events) > 0 && !slices.Contains(used, "record") {
		return errors.New("expect.events: client.script never calls t.record; expected it to record a source, or no events")
	}
	return nil
}

// checkRanges checks that some number is in every range that is expected.
func (c *Case) checkRanges() error {
	for i, event := range c.Expect.Events {
		if err := (Range{event.Min, event.Max}).check(fmt.Sprintf("expect.events[%d]", i)); err != nil {
			return err
		}
	}
	for i, entry := range c.Expect.Log {
		if r, ok := rangeOf(entry.Value); ok && r.Min != nil && r.Max != nil && *r.Min > *r.Max {
			return fmt.Errorf("expect.log[%d]: min %d is above max %d; expected a range", i, *r.Min, *r.Max)
		}
	}
	for i, request := range c.Expect.Requests {
		for _, r := range []struct {
			key   string
			value *Range
		}{{"delay", request.Delay}, {"closed", request.Closed}} {
			if r.value == nil {
				continue
			}
			if err := r.value.check(fmt.Sprintf("expect.requests[%d].%s", i, r.key)); err != nil {
				return err
			}
		}
	}
	return nil
}

// check checks a range of times.
func (r Range) check(at string) error {
	switch {
	case r.Min != nil && *r.Min < 0:
		return fmt.Errorf("%s.min: %d; expected 0 or more", at, *r.Min)
	case r.Max != nil && *r.Max < 0:
		return fmt.Errorf("%s.max: %d; expected 0 or more", at, *r.Max)
	case r.Min != nil && r.Max != nil && *r.Min > *r.Max:
		return fmt.Errorf("%s: min %d is above max %d; expected a range", at, *r.Min, *r.Max)
	}
	return nil
}

// checkUsed checks that every route and every page is requested by something
// else. It looks for their names, because scripts may put addresses together.
func (c *Case) checkUsed() error {
	for _, name := range sortedKeys(c.Routes) {
		if !c.mentions(name) {
			return fmt.Errorf("%s: is not used; expected {url:%s}, {path:%s} or its name in a script", join("routes", name), name, name)
		}
	}
	for _, name := range sortedKeys(c.Pages) {
		if !c.mentions(name) {
			return fmt.Errorf("%s: is not used; expected {page:%s} or its name in a script", join("pages", name), name)
		}
	}
	return nil
}

// mentions reports whether the name of a route or page stands anywhere where an
// address may: except in that route or page itself, and in what is expected.
func (c *Case) mentions(name string) bool {
	texts := append([]string{c.Client.URL, string(c.Client.Init)}, c.Client.Script...)
	for _, action := range c.Drive {
		texts = append(texts, action.Text)
	}
	texts = append(texts, headTexts(c.Server)...)
	for other, script := range c.Routes {
		if other != name {
			texts = append(texts, headTexts(script)...)
		}
	}
	for other, page := range c.Pages {
		if other != name {
			texts = append(texts, page.Script...)
			for _, h := range page.Headers {
				texts = append(texts, h[1])
			}
		}
	}
	word := regexp.MustCompile(`(?:^|[^a-z0-9-])` + name + `(?:$|[^a-z0-9-])`)
	return slices.ContainsFunc(texts, word.MatchString)
}

// headTexts returns what the heads of responses may have addresses in.
func headTexts(script []Connection) []string {
	var texts []string
	for _, connection := range script {
		for _, step := range connection {
			if step.Verb == Raw {
				texts = append(texts, string(step.Bytes))
			}
			for _, h := range step.Head.Headers {
				texts = append(texts, h[1])
			}
		}
	}
	return texts
}
