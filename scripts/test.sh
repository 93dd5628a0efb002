#!/bin/sh
# Installs what the tests need and runs all tests, up to the first failure. At the end
# it prints what was skipped and why. In CI (if the variable CI is set) it fails if
# something cannot be installed.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
: >build/skipped.txt

step() { name=$1 began=$(date +%s); echo "==> $name"; }
passed() { echo "    passed in $(($(date +%s) - began)) s"; }
failed() { echo "FAIL $name${1:+: $1} ($(($(date +%s) - began)) s)" >&2; exit 1; }

# skip records that something could not be installed, and what is therefore not tested.
skip() {
	[ -z "${CI:-}" ] || failed "$1"
	echo "    skipped: $1"
	echo "$1" >>build/skipped.txt
}

# count prints how many tests in build/test.log ended with PASS, FAIL or SKIP.
count() { grep -c "^ *--- $1:" build/test.log || true; }

# skipped_tests prints why tests in build/test.log were skipped: a line for each reason,
# with the number of tests and the first of them.
skipped_tests() {
	awk '
		/^ *=== (RUN|CONT|NAME) / { test = $3 }
		/^ +[a-z0-9_]+\.go:[0-9]+: / { text = $0; sub(/^ +[^ ]+ /, "", text); last[test] = text }
		/^ *--- SKIP: / { reason = last[$3]; if (!count[reason]++) { first[reason] = $3; reasons[n++] = reason } }
		END {
			for (i = 0; i < n; i++) {
				r = reasons[i]
				printf "%s: %s\n", count[r] == 1 ? first[r] : first[r] " and " count[r] - 1 " more", r
			}
		}' build/test.log
}

step 'install browsers'
go run ./harness browsers install chromium || failed
missing=
for browser in chromium@64 firefox wpe phantomjs@2; do
	if go run ./harness browsers install "$browser" 2>build/install.log; then
		tail -n 1 build/install.log
	else
		missing="$missing $browser"
		skip "tests in $browser: $(grep -v '^exit status' build/install.log | tail -n 1)"
	fi
done
passed

# from_npm installs what tests use from npm. It runs beside the checks below, because
# most of the time it waits.
from_npm() {
	sh scripts/install-axe.sh ||
		skip 'accessibility tests: axe-core could not be installed'
	sh scripts/install-package-tools.sh ||
		skip 'tests of the npm package: the compilers, bundlers, test runners and libraries that they use could not be installed'
	sh scripts/install-runtimes.sh ||
		skip 'tests in other runtimes: JavaScript runtimes and happy-dom could not be installed'
	sh scripts/install-peers.sh ||
		skip 'tests of replacements: other implementations could not be installed'
	sh scripts/install-clients.sh ||
		skip 'tests of other programs: clients and playwright-core could not be installed'
}
name='install npm packages'
from_npm >build/npm.log 2>&1 &
npm=$!
trap 'kill "$npm" 2>/dev/null || true' EXIT

step 'install Xvfb, for browsers with windows'
if command -v Xvfb || sh scripts/install-xvfb.sh >build/install.log 2>&1; then passed
else skip "tests of browsers with windows: $(tail -n 1 build/install.log)"; fi

step 'install nginx, for the comparison behind a proxy'
if [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null; then passed
elif sh scripts/install-nginx.sh; then
	PATH=$PWD/build/nginx/usr/sbin:$PATH
	passed
else skip 'tests behind a proxy: nginx could not be installed'; fi

step 'gofmt'
unformatted=$(gofmt -l .)
[ -z "$unformatted" ] || failed "run gofmt -w $unformatted"
passed

step 'go vet'
go vet ./... || failed
passed

# scripts/release.sh vets all six platforms; no file differs between processors (TestProcessors).
step 'go vet for the other systems of a release'
for platform in darwin/arm64 windows/amd64; do
	CGO_ENABLED=0 GOOS=${platform%/*} GOARCH=${platform#*/} go vet ./harness/... || failed "$platform"
done
passed

step 'staticcheck'
go tool -modfile=scripts/lint/go.mod staticcheck -checks all ./... || failed
passed

step 'the rest of the npm packages'
wait "$npm" || {
	cat build/npm.log >&2
	failed 'see build/npm.log'
}
trap - EXIT
grep '^    skipped: ' build/npm.log || true
passed

# Two packages at a time, because much of the time they wait for browsers. One test runs
# alone: on a busy machine, chunks arrive together, and mistakes do not show.
step 'go test'
single=TestWrongImplementations
# The longest package begins first, and the second when it is nearly done.
first=$(go list ./harness/site ./harness ./harness/bench ./harness/browser ./harness/check ./polyfill)
{
	# shellcheck disable=SC2046,SC2086 # a word for each package
	go test -p 2 -timeout 20m -v -skip "^$single\$" $first $(go list ./...) >build/test.log 2>&1 || others=failed
	go test -timeout 20m -v -run "^$single\$" ./harness/conformance/runner >>build/test.log 2>&1 && [ -z "${others:-}" ]
} || {
	grep -vE '^ *(=== |--- PASS)|^(PASS|ok|\?)' build/test.log >&2
	failed 'see build/test.log'
}
grep '^ok' build/test.log
passed

step 'go test of the parser and the state machine with the tag plus'
go test -tags plus -run Plus ./wasm/eventstream ./wasm/eventsource || failed
passed

step 'fuzzing, briefly: scripts/fuzz.sh DURATION runs longer'
sh scripts/fuzz.sh 1000x || failed
passed

step 'rebuild of polyfill/dist'
go run ./scripts/build || failed
git diff --exit-code --stat -- polyfill/dist polyfill/README.md README.md README.zh-CN.md www/play-core.js || failed 'go run ./scripts/build changes these files: commit them'
passed

step 'conformance'
sh scripts/run.sh || failed
passed

# A soak mostly waits, so it runs beside the next steps. Without polyfill-xhr: its memory
# rises and falls with the text that XMLHttpRequest buffers, so only a longer one can judge it.
build/harness bench soak --implementation native,polyfill,polyfill-js --duration 1m --json build/soak.json --html build/soak.html 2>build/soak.log &
soak=$!
trap 'kill "$soak" 2>/dev/null || true' EXIT

# Without the browsers' own EventSource, which does not change with this repository.
step 'conformance in other engines: nothing may be worse than in www/results'
for browser in firefox wpe chromium@64; do
	case "$missing " in *" $browser "*) continue ;; esac
	build/harness run --browser "$browser" --implementation polyfill --context window --baseline "www/results/$browser.json" \
		decode/ parse/ field/ dispatch/ last-event-id/ state/ >"build/results-$browser.txt" || {
		cat "build/results-$browser.txt" >&2
		failed "$browser"
	}
done
passed

step 'conformance in Chromium as Internet Explorer 11'
build/harness run --profile ie@11 --implementation polyfill --context window \
	cors/ decode/ parse/ field/ dispatch/ idl/ last-event-id/ redirect/ request/ state/ url/ >build/results-ie@11.txt || {
	cat build/results-ie@11.txt >&2
	failed ie@11
}
passed

step 'the rest of the soak'
wait "$soak" || {
	tail build/soak.log >&2
	failed 'see build/soak.log'
}
trap - EXIT
passed

skipped_tests >>build/skipped.txt
if [ -s build/skipped.txt ]; then
	echo '==> skipped'
	sed 's/^/    /' build/skipped.txt
fi
echo "$(count PASS) passed, $(count FAIL) failed, $(count SKIP) skipped"
