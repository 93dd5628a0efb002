#!/bin/sh
# Runs every fuzz target of the Go code, one after the other. The argument says for how
# long each runs: a duration such as 10m, or a number of inputs such as 300x, which runs
# without coverage guidance, because the instrumented build alone takes minutes. Further
# arguments are the packages; the default is all that have fuzz targets.
# A failing input is written to the target's testdata/fuzz.
set -eu
cd "$(dirname "$0")/.."
long=${1:-5m}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- $(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n 1 dirname | sort -u)
case $long in
*x) guided= workers=1 ;;
*) guided=-fuzz=. workers=$(getconf _NPROCESSORS_ONLN) ;;
esac
mkdir -p build/fuzz
for package; do
	binary=$PWD/build/fuzz/$(echo "$package" | tr / -).test
	# shellcheck disable=SC2086 # nothing, or one word
	go test $guided -c -o "$binary" "./$package"
	for target in $(cd "$package" && "$binary" -test.list '^Fuzz'); do
		began=$(date +%s)
		(cd "$package" && "$binary" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$long" -test.parallel "$workers" \
			-test.fuzzminimizetime 5x -test.fuzzcachedir "$(dirname "$binary")/corpus-$(basename "$binary")") >build/fuzz.log 2>&1 </dev/null || {
			cat build/fuzz.log >&2
			exit 1
		}
		echo "    $package $target: $(($(date +%s) - began)) s, $(sed -n 's/^fuzz: elapsed.*execs: \([0-9]*\).*/\1/p' build/fuzz.log | tail -n 1) inputs"
	done
done
