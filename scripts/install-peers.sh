#!/bin/sh
# Installs other implementations of EventSource from npm, in the versions of
# scripts/peers/package-lock.json, and bundles each of them into one script,
# build/peers/NAME.js. Use these scripts with `go run ./harness bench --peers` and
# `go run ./harness run --implementation build/peers/NAME.js`.
set -eu
cd "$(dirname "$0")/.."

command -v npm >/dev/null || { echo "npm not found: install Node.js" >&2; exit 2; }
mkdir -p build/peers
cp scripts/peers/package.json scripts/peers/package-lock.json build/peers/
# npm warns that some packages need a newer Node.js. They run in browsers only.
npm ci --prefix build/peers --ignore-scripts --no-audit --no-fund --loglevel error
go run ./scripts/peers
