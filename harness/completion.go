package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"eventsource-wasm/harness/internal/suggest"
)

// takesCases are the verbs whose arguments are cases.
var takesCases = []string{"run", "list", "show", "debug"}

// completionVerb prints a script for a shell. It completes verbs, their flags and, by
// asking the harness for them, the ids of cases; and otherwise files.
func completionVerb(ctx context.Context, args []string, stdout, _ io.Writer) error {
	shells := map[string]func(io.Writer, map[string][]string){"bash": completeInBash, "zsh": completeInZsh, "fish": completeInFish}
	flags := flag.NewFlagSet("completion", flag.ContinueOnError)
	rest, err := parse(flags, "bash|zsh|fish", args, stdout)
	if err != nil {
		return err
	}
	if len(rest) != 1 || shells[rest[0]] == nil {
		known := []string{"bash", "zsh", "fish"}
		if len(rest) == 1 {
			return fmt.Errorf("completion: unknown shell %q%s: want one of %s", rest[0], suggest.DidYouMean(rest[0], known), strings.Join(known, ", "))
		}
		return fmt.Errorf("completion: want one of %s, as in: harness completion bash >>~/.bashrc", strings.Join(known, ", "))
	}
	byVerb := map[string][]string{}
	for _, name := range verbNames() {
		byVerb[name] = verbFlags(ctx, name)
	}
	shells[rest[0]](stdout, byVerb)
	return nil
}

// flagLine is a line of a verb's help that begins the description of a flag.
var flagLine = regexp.MustCompile(`(?m)^  -([a-z-]+)`)

// verbFlags returns the flags of a verb as its help lists them: "--jobs".
func verbFlags(ctx context.Context, verb string) (names []string) {
	var help bytes.Buffer
	dispatch(ctx, []string{verb, "-h"}, &help, io.Discard)
	for _, m := range flagLine.FindAllStringSubmatch(help.String(), -1) {
		names = append(names, "--"+m[1])
	}
	return names
}

// verbNames returns the names of all verbs. It is a function because verbs refers to the
// verb completion.
func verbNames() (names []string) {
	for _, v := range allVerbs() {
		names = append(names, v.name)
	}
	return names
}

func completeInBash(w io.Writer, flags map[string][]string) {
	fmt.Fprint(w, `# Completes harness in bash: source this, or put it into ~/.bash_completion.
_harness() {
	local word=${COMP_WORDS[COMP_CWORD]} words=
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "`+strings.Join(verbNames(), " ")+` help" -- "$word"))
		return
	fi
	case ${COMP_WORDS[1]} in
`)
	for _, verb := range verbNames() {
		if flags[verb] != nil {
			fmt.Fprintf(w, "\t%s) words='%s' ;;\n", verb, strings.Join(flags[verb], " "))
		}
	}
	fmt.Fprint(w, `	help) words='`+strings.Join(verbNames(), " ")+`' ;;
	completion) words='bash zsh fish' ;;
	esac
	case ${COMP_WORDS[1]},$word in
	*,-*) ;;
	`+strings.Join(takesCases, ",* | ")+`,*) words=$("${COMP_WORDS[0]}" list 2>/dev/null | cut -d ' ' -f 1) ;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _harness harness
`)
}

// completeInZsh uses the script of bash, which zsh can run.
func completeInZsh(w io.Writer, flags map[string][]string) {
	fmt.Fprintln(w, "# Completes harness in zsh: source this from ~/.zshrc.")
	fmt.Fprintln(w, "autoload -Uz compinit bashcompinit && compinit && bashcompinit")
	completeInBash(w, flags)
}

func completeInFish(w io.Writer, flags map[string][]string) {
	fmt.Fprintln(w, "# Completes harness in fish: save this as ~/.config/fish/completions/harness.fish.")
	for _, v := range allVerbs() {
		fmt.Fprintf(w, "complete -c harness -n __fish_use_subcommand -f -a %s -d '%s'\n", v.name, v.summary)
		for _, name := range flags[v.name] {
			fmt.Fprintf(w, "complete -c harness -n '__fish_seen_subcommand_from %s' -l %s\n", v.name, strings.TrimPrefix(name, "--"))
		}
		if slices.Contains(takesCases, v.name) {
			fmt.Fprintf(w, "complete -c harness -n '__fish_seen_subcommand_from %s' -a '(harness list | cut -d \" \" -f 1)'\n", v.name)
		}
	}
}
