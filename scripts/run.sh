#!/bin/sh
# Runs the conformance suite in Chromium, on its native EventSource and on the
# polyfill, and writes the report to build/results.json, .xml (JUnit) and .html of this
# repository. Arguments are passed to `harness run`; relative paths in them are relative
# to the caller's folder.
# Exit codes: 0 all results as expected, 1 some are not, 2 could not run.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

mkdir -p "$root/build"
(cd "$root" && go build -o build/harness ./harness) || exit 2
"$root/build/harness" browsers install chromium || exit 2
exec "$root/build/harness" run --json "$root/build/results.json" --junit "$root/build/results.xml" --html "$root/build/results.html" "$@"
