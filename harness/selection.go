package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/suggest"
)

// A selection is the cases that flags and arguments select.
type selection struct {
	patterns []string // ids and prefixes; none means all cases
	exclude  []string // ids and prefixes
	levels   []catalogue.Level
	folder   string // of cases beside those of the catalogue; "": none
	shard    shard
}

// A shard is one of several parts of the selected cases, of equal size. The zero value
// is all of them.
type shard struct{ number, of int }

// Set implements [flag.Value] for a text like 2/3.
func (s *shard) Set(text string) error {
	number, of, _ := strings.Cut(text, "/")
	var errs [2]error
	s.number, errs[0] = strconv.Atoi(number)
	s.of, errs[1] = strconv.Atoi(of)
	if errors.Join(errs[:]...) != nil || s.number < 1 || s.number > s.of {
		return errors.New("want a number of a part and the number of parts, for example 1/3")
	}
	return nil
}

// String implements [flag.Value].
func (s *shard) String() string { return "" }

// has reports whether the case with an index belongs to the shard. Neighbours, which
// often take as long as each other, belong to different ones.
func (s shard) has(i int) bool { return s.of == 0 || i%s.of == s.number-1 }

// define defines the flags of a selection.
func (s *selection) define(flags *flag.FlagSet) {
	listVar(flags, &s.exclude, "exclude", "leave out this `case or prefix`; separate several with commas or repeat the flag")
	flags.Func("level", "only cases of this `level`: must, should, info or extension; separate several with commas or repeat the flag", func(list string) error {
		for name := range strings.SplitSeq(list, ",") {
			level := catalogue.Level(name)
			if level != catalogue.Must && level != catalogue.Should && level != catalogue.Info && level != catalogue.Extension {
				return fmt.Errorf("unknown level %q%s", name, cmp.Or(suggest.DidYouMean(name, []string{"must", "should", "info", "extension"}), ": want must, should, info or extension"))
			}
			s.levels = append(s.levels, level)
		}
		return nil
	})
	flags.Var(&s.shard, "shard", "only a part of the cases, as `I/N`: the first of three is 1/3 (to share a run among machines)")
	folderVar(flags, &s.folder)
}

// folderVar defines the flag that names a folder of further cases.
func folderVar(flags *flag.FlagSet, folder *string) {
	flags.StringVar(folder, "cases", "", "add the cases of the files GROUP.json in this `folder`")
}

// load returns the cases of the catalogue, and those of the folder.
func (s selection) load() ([]catalogue.Case, error) {
	if s.folder == "" {
		return catalogue.Load()
	}
	cases, err := catalogue.LoadWith(s.folder)
	if err != nil {
		return nil, fmt.Errorf("--cases: %w", err)
	}
	return cases, nil
}

// of returns the selected cases of those that [selection.load] has returned.
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
	var part []catalogue.Case
	for i, c := range selected {
		if s.shard.has(i) {
			part = append(part, c)
		}
	}
	if part == nil {
		return nil, fmt.Errorf("no case is left: --shard %d/%d of %d cases is empty", s.shard.number, s.shard.of, len(selected))
	}
	return part, nil
}
