#!/bin/sh
# Installs axe-core into build/axe, for the accessibility test of the pages.
set -eu
cd "$(dirname "$0")/.."

mkdir -p build/axe
npm install --prefix build/axe --ignore-scripts --no-audit --no-fund --no-save --silent axe-core@4.14.1
