#!/bin/sh
# Soaks the polyfill beside the native object, in Chromium and Firefox at the same time, for
# some HOURS: 1.5 by default. Each page has 50 streams of numbered events, and every two
# seconds a fault hits one of them. Writes build/soak-BROWSER.json and a page with plots,
# build/soak-BROWSER.html. Exits with 1 if an event was lost or duplicated, if memory grew,
# or if a connection was left open.
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
failed=
for process in $running; do
	wait "$process" || failed=yes
done
cat build/soak-chromium.txt build/soak-firefox.txt
if [ -n "$failed" ]; then
	tail -n 3 build/soak-chromium.log build/soak-firefox.log >&2
	exit 1
fi
