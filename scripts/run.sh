#!/bin/sh
# Plays the catalogue in Chromium, on its native EventSource and on the polyfill,
# and writes the report to build/results.json, .xml (JUnit) and .html. Arguments go
# to `harness run`.
# Exit codes: 0 all as expected, 1 something is not, 2 could not run.
set -eu
cd "$(dirname "$0")/.."

mkdir -p build
go build -o build/harness ./harness || exit 2
build/harness browsers install chromium
exec build/harness run --json build/results.json --junit build/results.xml --html build/results.html "$@"
