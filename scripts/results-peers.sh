#!/bin/sh
# Runs the conformance suite in Chromium on the libraries that scripts/install-peers.sh
# installs, on the native EventSource and on the polyfill. Writes the table of peers in
# www/results/README.md, and the full report to build/peers.html.
set -eu
cd "$(dirname "$0")/.."

sh scripts/install-peers.sh
go build -o build/harness ./harness
build/harness browsers install chromium
build/harness run --context window --json build/peers.json \
	--implementation native,polyfill \
	--implementation build/peers/event-source-polyfill.js \
	--implementation build/peers/eventsource.js \
	--implementation build/peers/extended-eventsource.js \
	--implementation build/peers/eventsource-polyfill.js \
	--implementation build/peers/sse.js >/dev/null || {
	code=$?
	[ "$code" -eq 1 ] || exit "$code" # 1: some cases fail
}
build/harness report build/peers.json --html build/peers.html --table www/results/README.md
