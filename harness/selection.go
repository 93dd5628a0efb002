package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A selection is the cases that flags and arguments select.
type selection struct {
	patterns []string // ids and prefixes; none means all cases
	exclude  []string // ids and prefixes
	levels   []catalogue.Level
}

// define defines the flags of a selection.
func (s *selection) define(flags *flag.FlagSet) {
	listVar(flags, &s.exclude, "exclude", "leave out this `case or prefix`; separate several with commas or repeat the flag")
	flags.Func("level", "only cases of this `level`: must, should or info; separate several with commas or repeat the flag", func(list string) error {
		for name := range strings.SplitSeq(list, ",") {
			level := catalogue.Level(name)
			if level != catalogue.Must && level != catalogue.Should && level != catalogue.Info {
				return fmt.Errorf("unknown level %q: want must, should or info", name)
			}
			s.levels = append(s.levels, level)
		}
		return nil
	})
}

// of returns the selected cases.
func (s selection) of(all []catalogue.Case) ([]catalogue.Case, error) {
	selected, err := catalogue.Select(all, s.patterns)
	if err != nil {
		return nil, err
	}
	excluded := map[string]bool{}
	if s.exclude != nil {
		cases, err := catalogue.Select(all, s.exclude)
		if err != nil {
			return nil, fmt.Errorf("--exclude: %w", err)
		}
		for _, c := range cases {
			excluded[c.ID] = true
		}
	}
	selected = slices.DeleteFunc(slices.Clone(selected), func(c catalogue.Case) bool {
		return excluded[c.ID] || s.levels != nil && !slices.Contains(s.levels, c.Level)
	})
	if len(selected) == 0 {
		return nil, errors.New("no case is left: --exclude and --level exclude all selected cases")
	}
	return selected, nil
}
