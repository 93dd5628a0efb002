package runner

import (
	"encoding/json"
	"fmt"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// played is what recorder.js is told of a case.
type played struct {
	Implementation string           `json:"implementation"`
	Install        string           `json:"install"`   // URL of the script that puts it in place
	Addresses      map[string]any   `json:"addresses"` // the members of t that are addresses
	Client         catalogue.Client `json:"client"`    // but for the script
	Events         int              `json:"events"`    // how many are expected
	Log            int              `json:"log"`       // how many entries are expected
	UntilDone      bool             `json:"untilDone"` // record until the script or the limit ends it
}

// caseScript is case.js: it tells the recorder what is to be played, and the
// function that the case brings along.
func caseScript(w *window, c *catalogue.Case, env catalogue.Env) ([]byte, error) {
	what := played{
		Implementation: w.target.implementation.Name,
		Install:        env.Origin + installPath(w),
		Addresses:      c.Addresses(env),
		Client:         c.Client,
		Events:         c.Expect.EventCount(),
		Log:            len(c.Expect.Log),
		UntilDone:      c.Expect.Empty(),
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
	return fmt.Appendf(nil, "recorder.take(%s, %s)\n", b, function(c.Client.Script)), nil
}

// function makes a function of the lines of its body; null if there are none.
func function(body []string) string {
	if body == nil {
		return "null"
	}
	return "function (t) {\n" + strings.Join(body, "\n") + "\n}"
}
