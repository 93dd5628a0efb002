#!/bin/sh
# Installs other implementations of EventSource from npm, those that
# scripts/peers/package-lock.json names, and makes of each one script,
# build/peers/NAME.js, for `go run ./harness bench --peers` and
# `go run ./harness run --implementation build/peers/NAME.js`.
set -eu
cd "$(dirname "$0")/.."

command -v npm >/dev/null || { echo "no npm found: install Node.js" >&2; exit 2; }
mkdir -p build/peers
cp scripts/peers/package.json scripts/peers/package-lock.json build/peers/
# Some ask for a newer Node than Debian has; they run in browsers only.
npm ci --prefix build/peers --ignore-scripts --no-audit --no-fund --loglevel error
go run ./scripts/peers
