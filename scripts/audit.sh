#!/bin/sh
# Looks for known vulnerabilities in what ships and in what makes it: the Go code with
# govulncheck, the npm packages with npm audit. Needs the databases of both. Exits with 1 if
# there is a vulnerability, and with 2 if a database was not reachable: then nothing is known.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/audit
code=0

echo '==> npm: what ships'
if grep -qE '"(dependencies|optionalDependencies|bundleDependencies|peerDependencies)"' polyfill/package.json; then
	echo 'polyfill/package.json has dependencies: audit them here' >&2
	exit 1
fi
echo 'The package has no dependencies, so there is nothing to audit.'

echo '==> npm: what the build runs'
# The versions are those of scripts/build/tools.go.
packages=$(sed -nE 's/^\t(binaryen|terser) +=.*"(.*)@(.*)"/"\2": "\3"/p' scripts/build/tools.go | paste -sd ,)
echo "{\"private\": true, \"dependencies\": {$packages}}" >build/audit/package.json
if npm install --prefix build/audit --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel error >build/audit/npm.txt 2>&1 &&
	npm audit --prefix build/audit >build/audit/npm.txt 2>&1; then
	cat build/audit/npm.txt
elif grep -q 'severity' build/audit/npm.txt; then
	cat build/audit/npm.txt
	code=1
else
	cat build/audit/npm.txt
	echo 'npm could not look for vulnerabilities: nothing is known about the packages of the build' >&2
	code=2
fi

echo '==> Go'
status=0
go tool -modfile=scripts/lint/go.mod govulncheck -C . ./... >build/audit/go.txt 2>&1 || status=$?
cat build/audit/go.txt
case $status in
0) ;;
3) code=1 ;; # as govulncheck documents: vulnerabilities that the code reaches
*)
	echo 'govulncheck did not run: nothing is known about the Go modules' >&2
	[ "$code" -eq 1 ] || code=2
	;;
esac
exit $code
