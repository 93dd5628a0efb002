#!/bin/sh
# Runs every fuzz target of the Go code, one after the other. The argument says for how
# long each runs: a duration such as 10m, or a number of inputs such as 30000x, which is
# the default: with a duration, go test sometimes fails with "context deadline exceeded".
# A failing input is written to the target's testdata/fuzz.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
go test -list '^Fuzz' ./... >build/fuzz.txt
awk '/^Fuzz/ { names[n++] = $1 } /^ok/ { while (n > 0) print names[--n], $2 }' build/fuzz.txt |
	while read -r target package; do
		echo "    $target of $package"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${1:-30000x}" -fuzzminimizetime 5x "$package" >build/fuzz.log 2>&1 </dev/null || {
			cat build/fuzz.log >&2
			exit 1
		}
	done
