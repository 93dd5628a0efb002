package client

import (
	"eventsource-wasm/harness/conformance/catalogue"
)

// text returns what a transcript holds of bytes: the text that a browser makes of them.
func text(s string) *catalogue.Text {
	t := catalogue.Summarise(catalogue.DecodeUTF8(s))
	return &t
}
