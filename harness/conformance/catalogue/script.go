package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ReadScript reads the server's side of a case: an object with the members title,
// server and routes, or an array that is the value of server. What it returns can be
// served, and expects nothing.
func ReadScript(raw []byte) (Case, error) {
	c, err := readScript(bytes.TrimSpace(raw))
	if err != nil {
		return c, fmt.Errorf("script: %w", err)
	}
	return c, nil
}

func readScript(raw []byte) (Case, error) {
	var form struct {
		Title  string                  `json:"title"`
		Server []Connection            `json:"server"`
		Routes map[string][]Connection `json:"routes"`
	}
	var syntax any
	if err := json.Unmarshal(raw, &syntax); err != nil {
		return Case{}, fmt.Errorf("%w; expected JSON", positioned(raw, err))
	}
	err := decodeStrict("", raw, &form)
	if raw[0] == '[' {
		err = decodeStrict("server", raw, &form.Server)
	}
	if err != nil {
		return Case{}, err
	}
	c := Case{ID: "script", Title: form.Title, Server: form.Server, Routes: form.Routes}
	switch {
	case len(c.Server) == 0 && len(c.Routes) == 0:
		return c, errors.New("neither server nor routes; expected one of them")
	case c.Server == nil:
		c.Server = silent()
	}
	return c, errors.Join(c.checkServer(), c.checkPlaceholders())
}

// silent returns the scripts of a server that accepts every request and never answers.
func silent() []Connection {
	return []Connection{{{Verb: Respond, Head: defaultHead()}, {Verb: Hold}}}
}
