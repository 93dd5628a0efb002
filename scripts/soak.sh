#!/bin/sh
# Runs the polyfill and the native object with faults for HOURS (default 1.5), in Chromium and
# Firefox at the same time. Each page has 50 streams of numbered events, and every two seconds
# a fault hits one of them. Writes build/soak-BROWSER.json, and build/soak-BROWSER.html with
# plots. Exits with 1 if the polyfill lost or duplicated an event, if its memory grew, or if it
# left a connection open. Firefox's own object closes its sources when a response is cut.
set -eu
cd "$(dirname "$0")/.."

hours=${1:-1.5}
go build -o build/harness ./harness
running=
trap 'kill $running 2>/dev/null || true' EXIT
for browser in chromium firefox; do
	build/harness bench soak --faults --browser "$browser" --implementation native,polyfill \
		--duration "${hours}h" \
		--json "build/soak-$browser.json" --html "build/soak-$browser.html" \
		>"build/soak-$browser.txt" 2>"build/soak-$browser.log" &
	running="$running $!"
done
for process in $running; do
	wait "$process" || true # what the native object does is not judged
done
cat build/soak-chromium.txt build/soak-firefox.txt
for browser in chromium firefox; do
	[ -s "build/soak-$browser.json" ] || {
		tail -n 3 "build/soak-$browser.log" >&2
		exit 2
	}
done
! grep '^ERROR .* of polyfill' build/soak-chromium.txt build/soak-firefox.txt >&2
