package playground

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// groups are the groups of cases that are about the bytes of a stream.
var groups = []string{"parse", "field", "decode", "dispatch", "last-event-id", "retry"}

// An Item is a case as the page shows it.
type Item struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	TitleZH     string `json:"titleZH"`
	Requirement string `json:"requirement"`

	// Text has the bytes of all connections, escaped as in the catalogue, but with
	// line breaks for LF. Cuts says where chunks end, as in 3,7!
	Text string `json:"text"`
	Cuts string `json:"cuts"`
}

// Items returns the cases whose streams can be shown.
func Items(cases []catalogue.Case) []Item {
	items := []Item{}
	for i := range cases {
		c := &cases[i]
		if !slices.Contains(groups, c.Group()) {
			continue
		}
		stream, cuts, ok := flatten(c.Server)
		if !ok {
			continue
		}
		text := strings.ReplaceAll(catalogue.Escape(stream), `\x0A`, "\n")
		items = append(items, Item{c.ID, c.Title, catalogue.ChineseTitle(c.ID), c.Requirement, text, cuts})
	}
	return items
}

// flatten returns the bytes of a case's connections, one after the other, and their
// cuts. It reports false for scripts that the page cannot show: those that do more than
// send a stream of limited size.
func flatten(connections []catalogue.Connection) (stream []byte, cuts string, ok bool) {
	var list []string
	cut := func(mark string) {
		at := strconv.Itoa(len(stream))
		if len(stream) > 0 && (len(list) == 0 || strings.TrimSuffix(list[len(list)-1], "!") != at) {
			list = append(list, at+mark)
		} else if mark != "" && len(list) > 0 {
			list[len(list)-1] = at + mark
		}
	}
	for i, connection := range connections {
		if i > 0 {
			cut("!")
		}
		for _, step := range connection {
			switch step.Verb {
			case catalogue.Raw:
				return nil, "", false
			case catalogue.Respond:
				if step.Head.Status != 200 {
					return nil, "", false
				}
			case catalogue.Send:
				for _, chunk := range step.Writes() {
					if len(stream)+len(chunk) > maxStream {
						return nil, "", false
					}
					cut("")
					stream = append(stream, chunk...)
				}
			}
		}
	}
	if len(list) > 0 && strings.TrimSuffix(list[len(list)-1], "!") == strconv.Itoa(len(stream)) {
		list = list[:len(list)-1]
	}
	return stream, strings.Join(list, ","), len(stream) > 0
}

// Script returns the script play-cases.js, which sets site.playCases to those cases that
// the page can show.
func Script(cases []catalogue.Case) ([]byte, error) {
	items, err := json.MarshalIndent(Items(cases), "", " ")
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "// The cases of the conformance suite that /play can show.\nsite.playCases = %s\n", items), nil
}
