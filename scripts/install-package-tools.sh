#!/bin/sh
# Installs TypeScript and Vite into build/package, for the tests of the npm package.
set -eu
cd "$(dirname "$0")/.."

mkdir -p build/package
npm install --prefix build/package --ignore-scripts --no-audit --no-fund --no-save --silent typescript@7.0.2 vite@7.3.8 \
	zone.js@0.16.3 event-source-polyfill@1.0.31
