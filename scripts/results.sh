#!/bin/sh
# Plays the catalogue in the browsers that are named (default: chromium), on their
# own EventSource and on the polyfill, and writes www/results/BROWSER.json of each
# that could be played in; then the table of browsers in www/results/README.md.
set -eu
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- chromium
mkdir -p build
go build -o build/harness ./harness
ended=0
for browser; do
	build/harness run --browser "$browser" --timeout 1h --slim --json "www/results/$browser.json" >"build/results-$browser.txt" || {
		code=$?
		[ "$code" -eq 1 ] || ended=$code # 1: some cases fail
	}
done
build/harness report --browsers www/results/README.md www/results/*.json >build/browsers.txt
exit "$ended"
