#!/bin/sh
# Installs what the tests need and runs all of them, up to the first that fails.
# FUZZTIME is how much each fuzz target runs (default 30000x: of a time, go test now and
# then says that its deadline is exceeded, and fails).
set -eu
cd "$(dirname "$0")/.."
mkdir -p build

# A step is announced, and its end tells how long it took.
step() { name=$1 began=$(date +%s); echo "==> $name"; }
passed() { echo "    passed in $(($(date +%s) - began)) s"; }
failed() { echo "FAIL $name${1:+: $1} ($(($(date +%s) - began)) s)" >&2; exit 1; }

# count tells how many tests of build/test.log ended as PASS, FAIL or SKIP.
count() { grep -c "^ *--- $1:" build/test.log || true; }

step 'browsers'
go run ./harness browsers install chromium || failed
missing=
for browser in chromium@64 firefox wpe phantomjs@2; do
	go run ./harness browsers install "$browser" || missing="$missing $browser"
done
if [ -z "$missing" ]; then passed
elif [ -n "${CI:-}" ]; then failed "not installed:$missing"
else echo "    not installed:$missing: what is tested in these is skipped"; fi

step 'axe-core, for the accessibility of the pages'
if command -v npm >/dev/null && sh scripts/axe.sh; then passed; else echo '    not installed: accessibility is not checked'; fi

step 'TypeScript and Vite, for the npm package'
if command -v npm >/dev/null && sh scripts/package-tools.sh; then passed; else echo '    not installed: the package is not tried'; fi

step 'gofmt'
unformatted=$(gofmt -l .)
[ -z "$unformatted" ] || failed "run gofmt -w $unformatted"
passed

step 'go vet'
go vet ./... || failed
passed

step 'go test' # one package at a time: several play in browsers
go test -p 1 -timeout 20m -v ./... >build/test.log 2>&1 || {
	grep -vE '^ *(=== |--- PASS)|^(PASS|ok|\?)' build/test.log >&2
	failed 'all of it is in build/test.log'
}
grep -E '^ok|^ *--- SKIP' build/test.log
passed

step 'fuzzing'
go test -list '^Fuzz' ./... >build/fuzz.txt || failed
awk '/^Fuzz/ { names[n++] = $1 } /^ok/ { while (n > 0) print names[--n], $2 }' build/fuzz.txt |
	while read -r target package; do
		echo "    $target of $package"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30000x}" -fuzzminimizetime 5x "$package" >build/fuzz.log 2>&1 </dev/null || {
			cat build/fuzz.log >&2
			exit 1
		}
	done || failed
passed

step 'rebuild of polyfill/dist'
go run ./scripts/build || failed
git diff --exit-code --stat -- polyfill/dist polyfill/README.md README.md || failed 'it is not what go run ./scripts/build makes: commit that'
passed

step 'conformance'
sh scripts/run.sh || failed
passed

step 'conformance in other engines: nothing may be worse than in www/results'
for browser in firefox wpe chromium@64; do
	case "$missing " in *" $browser "*)
		echo "    skipped: $browser is not installed"
		continue ;;
	esac
	build/harness run --browser "$browser" --context window --baseline "www/results/$browser.json" \
		decode/ parse/ field/ dispatch/ last-event-id/ state/ >"build/results-$browser.txt" || {
		cat "build/results-$browser.txt" >&2
		failed "$browser"
	}
done
passed

step 'soak'
build/harness bench soak --duration 1m --json build/soak.json --html build/soak.html 2>build/soak.log || {
	tail build/soak.log >&2
	failed 'all of it is in build/soak.log'
}
passed

echo "$(count PASS) passed, $(count FAIL) failed, $(count SKIP) skipped"
