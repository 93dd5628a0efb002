package runner

import (
	"encoding/json"
	"fmt"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A task is what recorder.js needs to know of a case.
type task struct {
	Implementation string           `json:"implementation"`
	Install        string           `json:"install"`   // URL of the script that installs it
	Addresses      map[string]any   `json:"addresses"` // members of t: see [catalogue.Tools]
	Client         catalogue.Client `json:"client"`    // without its script
	Events         int              `json:"events"`    // number of expected events
	Log            int              `json:"log"`       // number of expected entries
	UntilDone      bool             `json:"untilDone"` // record until the script ends it, or the limit
}

// caseScript returns case.js, which gives the recorder its task and the case's own
// function.
func caseScript(w *window, c *catalogue.Case, env catalogue.Env) ([]byte, error) {
	t := task{
		Implementation: w.target.implementation.Name,
		Install:        env.Origin + installPath(w),
		Addresses:      c.Addresses(env),
		Client:         c.Client,
		Events:         c.Expect.EventCount(),
		Log:            len(c.Expect.Log),
		UntilDone:      c.Expect.Empty(),
	}
	var err error
	if t.Client.URL, err = env.Fill(c.Client.URL); err != nil {
		return nil, err
	}
	t.Client.Script = nil
	b, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "recorder.take(%s, %s)\n", b, function(c.Client.Script)), nil
}

// function returns a function with a body, or null if there is none.
func function(body []string) string {
	if body == nil {
		return "null"
	}
	return "function (t) {\n" + strings.Join(body, "\n") + "\n}"
}
