#!/bin/sh
# Runs the conformance suite in each browser that is named (default: chromium), on its
# native EventSource and on the polyfill. edge@16 and ie@11 are emulated, and have no
# native EventSource. Writes www/results/BROWSER.json for each browser that could be run,
# and then the table of browsers in www/results/README.md.
set -eu
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- chromium
mkdir -p build
go build -o build/harness ./harness
status=0
emulated='--implementation polyfill --context window'
for browser; do
	case $browser in
	edge@16) flags="--browser chromium@64 --profile edge@16 $emulated" ;;
	ie@11) flags="--browser chromium --profile ie@11 $emulated" ;;
	*) flags="--browser $browser" ;;
	esac
	# shellcheck disable=SC2086 # flags are several words
	build/harness run $flags --slim --json "www/results/$browser.json" >"build/results-$browser.txt" || {
		code=$?
		[ "$code" -eq 1 ] || status=$code # 1: some cases fail
	}
done
build/harness report --browsers www/results/README.md www/results/*.json >build/browsers.txt
exit "$status"
