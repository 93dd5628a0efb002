#!/bin/sh
# Runs the conformance suite on clients and parsers in Node.js, Go and Python, in the
# versions that harness/clients pins. Writes the report www/results/clients/clients.json
# and the tables of clients in www/results/README.md. Takes about ten minutes.
set -eu
cd "$(dirname "$0")/.."
root=$PWD

sh scripts/install-clients.sh
go build -o build/harness ./harness
go build -C harness/clients/go -o "$root/build/clients/bin/" ./...
go build -o build/clients/bin/ ./harness/clients/nethttp
cd build/clients

# client NAME COMMAND judges a client; NAME is that of its report.
client() {
	echo "$1" >&2
	"$root/build/harness" run --client "$1=$2" --json "reports/$1.json" >"reports/$1.txt" 2>&1 || {
		code=$?
		[ "$code" -eq 1 ] || { tail -n 3 "reports/$1.txt" >&2; exit "$code"; } # 1: some cases fail
	}
}
node() { client "$1" "node ../../harness/clients/$2"; }

rm -rf reports
mkdir reports
node eventsource-wasm 'node.mjs eventsource-wasm'
node eventsource 'node.mjs eventsource'
node eventsource@3 'node.mjs eventsource-3'
node undici 'node.mjs undici'
node launchdarkly-eventsource 'node.mjs launchdarkly-eventsource'
node eventsource-client eventsource-client.mjs
node fetch-event-source fetch-event-source.mjs
node event-source-plus event-source-plus.mjs
client nethttp bin/nethttp
client go-tmaxmax bin/tmaxmax
client go-launchdarkly bin/launchdarkly
client go-r3labs bin/r3labs
client go-donovanhide bin/donovanhide
client python 'python3 ../../harness/clients/client.py'

client eventstream 'bin/nethttp parser'
node eventsource-wasm-parser 'parser.mjs eventsource-wasm/parser'
node eventsource-parser 'parser.mjs eventsource-parser/stream'
node parse-sse 'parser.mjs parse-sse'
node server-sent-stream 'parser.mjs @server-sent-stream/web'
node openai-decoder 'parser.mjs openai/core/streaming'
node anthropic-decoder 'parser.mjs @anthropic-ai/sdk/core/streaming'
node azure-core-sse 'parser.mjs @azure/core-sse'
node fetch-event-source-parser 'parser.mjs @microsoft/fetch-event-source/lib/cjs/parse.js'
node ant-design-x-sdk 'parser.mjs @ant-design/x-sdk'
client go-tmaxmax-read 'bin/tmaxmax parser'
client go-launchdarkly-decoder 'bin/launchdarkly parser'
client go-openai-decoder bin/openai

cd "$root"
mkdir -p www/results/clients
build/harness report build/clients/reports/*.json --slim --json www/results/clients/clients.json >/dev/null
# The reports quote error messages with paths of this machine.
sed -i "s|$(cd -P build/clients && pwd)|build/clients|g; s|$root/||g; s|$HOME||g" www/results/clients/clients.json
build/harness report www/results/clients/clients.json --clients www/results/README.md >/dev/null
