#!/bin/sh
# Installs clients of event streams and playwright-core from npm into build/clients, in
# the versions of harness/clients/package-lock.json, and a link to the package of this
# repository: for scripts/results-clients.sh, and for the tests of harness/ssetest and
# harness/clients.
set -eu
cd "$(dirname "$0")/.."

command -v npm >/dev/null || { echo "npm not found: install Node.js" >&2; exit 2; }
mkdir -p build/clients
cp harness/clients/package.json harness/clients/package-lock.json build/clients/
cd build/clients
npm ci --ignore-scripts --no-audit --no-fund --loglevel error
ln -sfn ../../../polyfill node_modules/eventsource-wasm
