package runner

import (
	"encoding/json"
	"fmt"
	"strings"

	"eventsource-wasm/harness/catalogue"
)

// played is what recorder.js is told of a case.
type played struct {
	Implementation string            `json:"implementation"`
	URL            string            `json:"url"`  // of the stream
	URLs           map[string]string `json:"urls"` // of the routes
	Path           string            `json:"path"` // of the stream
	Origin         string            `json:"origin"`
	OtherPort      string            `json:"otherPort"`
	OtherHost      string            `json:"otherHost"`
	Client         catalogue.Client  `json:"client"`    // but for the script
	Events         int               `json:"events"`    // how many are expected
	Log            int               `json:"log"`       // how many entries are expected
	UntilDone      bool              `json:"untilDone"` // record until the script or the limit ends it
}

// caseScript is case.js: it starts the recorder with what is to be played and
// the function that the case brings along.
func caseScript(implementation string, c *catalogue.Case, env catalogue.Env) ([]byte, error) {
	what := played{
		Implementation: implementation,
		URL:            env.StreamURL(),
		URLs:           map[string]string{},
		Path:           strings.TrimPrefix(env.StreamURL(), env.Origin),
		Origin:         env.Origin,
		OtherPort:      env.OtherPort,
		OtherHost:      env.OtherHost,
		Client:         c.Client,
		Events:         c.Expect.EventCount(),
		Log:            len(c.Expect.Log),
		UntilDone:      c.Expect.Empty(),
	}
	for name := range c.Routes {
		what.URLs[name] = env.RouteURL(name)
	}
	var err error
	if what.Client.URL, err = env.Fill(c.Client.URL); err != nil {
		return nil, err
	}
	what.Client.Script = nil
	b, err := json.Marshal(what)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "recorder.play(%s, %s)\n", b, function(c.Client.Script)), nil
}

// function makes a function of the lines of its body; null if there are none.
func function(body []string) string {
	if body == nil {
		return "null"
	}
	return "function (t) {\n" + strings.Join(body, "\n") + "\n}"
}
