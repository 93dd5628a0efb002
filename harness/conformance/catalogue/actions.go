package catalogue

import (
	"encoding/json"
	"fmt"
	"time"
)

// An Action is one thing that is done to the browser.
type Action struct {
	Name ActionName
	Text string        // of Until the expression, of Navigate and Tab the URL
	Wait time.Duration // of Wait
	On   bool          // of Offline, Hidden and Frozen
}

// An ActionName is the word that says what an action does.
type ActionName string

// The actions. The table below says what each of them does.
const (
	Until    ActionName = "until"
	Wait     ActionName = "wait"
	Navigate ActionName = "navigate"
	Back     ActionName = "back"
	Tab      ActionName = "tab"
	Offline  ActionName = "offline"
	Hidden   ActionName = "hidden"
	Frozen   ActionName = "frozen"
	GC       ActionName = "gc"
	Click    ActionName = "click"
	Decline  ActionName = "decline"
)

type actionEntry struct {
	name    ActionName
	read    func(a *Action, at string, raw []byte) error
	example string // an action, for README.md
	means   string // for README.md
}

// actions is the vocabulary of drive. The decoder, its error messages and the
// table in README.md are made from it, and package runner must handle every
// action.
var actions = []actionEntry{
	{Until, readText, `{"until": "window.opened"}`, "Waits until the expression is true in the case's page"},
	{Wait, readWait, `{"wait": 500}`, "Waits that long"},
	{Navigate, readText, `{"navigate": "{page:next}"}`, "Opens a URL in the case's tab"},
	{Back, readNothing, `{"back": true}`, "Goes back in that tab's history"},
	{Tab, readText, `{"tab": "{page:other}"}`, "Opens a URL in another tab"},
	{Offline, readSwitch, `{"offline": true}`, "Disconnects the case's tab from the network; `false` reconnects it"},
	{Hidden, readSwitch, `{"hidden": true}`, "Hides the case's tab behind another one; `false` shows it"},
	{Frozen, readSwitch, `{"frozen": true}`, "Freezes the case's page; `false` resumes it"},
	{GC, readNothing, `{"gc": true}`, "Runs the page's garbage collector"},
	{Click, readNothing, `{"click": true}`, "Clicks into the page as a user does. Dialogs that follow are declined"},
	{Decline, readNothing, `{"decline": true}`, "From now on, declines when the browser asks its user to sign in, if that would block the page"},
}

// ActionNames returns the names of all actions, in the order of README.md.
func ActionNames() []ActionName {
	var all []ActionName
	for _, entry := range actions {
		all = append(all, entry.name)
	}
	return all
}

func (a *Action) fromJSON(at string, raw []byte) error {
	word, _, err := oneWord(at, raw, "action", ActionNames(), nil)
	if err != nil {
		return err
	}
	*a = Action{Name: ActionName(word.key)}
	for _, entry := range actions {
		if entry.name == a.Name {
			return entry.read(a, join(at, word.key), word.value)
		}
	}
	return nil
}

// Fill returns the action with the placeholders of its URL replaced.
func (a Action) Fill(env Env) (Action, error) {
	if a.Name == Until {
		return a, nil // the braces of an expression are its own
	}
	var err error
	a.Text, err = env.Fill(a.Text)
	return a, err
}

func readText(a *Action, at string, raw []byte) error {
	if err := decodeStrict(at, raw, &a.Text); err != nil {
		return err
	}
	if a.Text == "" {
		return fmt.Errorf("%s: empty; expected an expression or a URL", at)
	}
	return nil
}

func readWait(a *Action, at string, raw []byte) error {
	var ms int
	if err := decodeStrict(at, raw, &ms); err != nil {
		return err
	}
	if ms <= 0 {
		return fmt.Errorf("%s: %d; expected more than 0 milliseconds", at, ms)
	}
	a.Wait = milliseconds(ms)
	return nil
}

func readSwitch(a *Action, at string, raw []byte) error {
	if err := json.Unmarshal(raw, &a.On); err != nil || string(raw) == "null" {
		return fmt.Errorf("%s: %s; expected true or false", at, abbreviate(raw))
	}
	return nil
}

func readNothing(_ *Action, at string, raw []byte) error { return decodeTrue(at, raw) }
