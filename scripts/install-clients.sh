#!/bin/sh
# Installs clients of event streams and playwright-core into build/clients, for the tests
# of harness/ssetest and harness/clients.
set -eu
cd "$(dirname "$0")/.."

mkdir -p build/clients
npm install --prefix build/clients --ignore-scripts --no-audit --no-fund --no-save --silent \
	eventsource@5.1.5 undici@7.30.2 eventsource-parser@4.1.3 playwright-core@1.65.1
