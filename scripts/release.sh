#!/bin/sh
# Makes the files of a release in build/release: see scripts/release/main.go.
set -eu
cd "$(dirname "$0")/.."

command -v npm >/dev/null || { echo "npm not found: install Node.js" >&2; exit 2; }
exec go run ./scripts/release "$@"
