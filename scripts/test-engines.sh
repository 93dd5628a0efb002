#!/bin/sh
# Runs tests of the polyfill in every installed engine, where scripts/test.sh runs them in
# two. Takes about three minutes.
set -eu
cd "$(dirname "$0")/.."
go test -count=1 -timeout 20m -v ./polyfill -run 'Test(Flood|NoReports|Zones)$' -every-engine
