#!/bin/sh
# Generates harness/internal/compat/features.json from MDN's browser-compat-data: the
# version in which each browser introduced the features that the harness can hide.
set -eu
cd "$(dirname "$0")/.."

version=8.1.9
command -v npm >/dev/null || { echo "npm not found: install Node.js" >&2; exit 2; }
mkdir -p build/compat
npm install --prefix build/compat --ignore-scripts --no-audit --no-fund --no-save --silent "@mdn/browser-compat-data@$version"
go run ./harness/internal/compat/update build/compat/node_modules/@mdn/browser-compat-data/data.json "$version" >build/features.json
mv build/features.json harness/internal/compat/features.json
