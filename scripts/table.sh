#!/bin/sh
# Judges the libraries that scripts/peers.sh installs, beside Chromium's own
# EventSource and the polyfill, and writes into www/results/README.md how many of
# the cases each of them passes; all of it into build/peers.html.
set -eu
cd "$(dirname "$0")/.."

sh scripts/peers.sh
go build -o build/harness ./harness
build/harness browsers install chromium
build/harness run --context window --timeout 1h --json build/peers.json \
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
