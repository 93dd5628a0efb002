package runner

import (
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/browser"
	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/conformance/implementation"
	_ "eventsource-wasm/harness/conformance/refserver/http3"
	"eventsource-wasm/harness/conformance/report"
)

// TestProtocols runs a few cases over HTTP/2 and HTTP/3 in Chromium.
func TestProtocols(t *testing.T) {
	t.Parallel()
	if _, err := browser.Find("chromium"); err != nil {
		t.Skip(err)
	}
	all, err := catalogue.Load()
	require.NoError(t, err)
	cases, err := catalogue.Select(all, []string{"parse/lf", "network/chunked-truncated", "network/reset-mid-stream", "network/malformed-chunk"})
	require.NoError(t, err)
	polyfill, err := implementation.Load("polyfill")
	require.NoError(t, err)
	for _, protocol := range []catalogue.Protocol{catalogue.HTTP2, catalogue.HTTP3} {
		t.Run(string(protocol), func(t *testing.T) {
			t.Parallel()
			chromium, err := browser.Find("chromium")
			require.NoError(t, err)
			result, err := Run(t.Context(), Plan{
				Cases: cases, Browser: chromium, Jobs: 3, Protocol: protocol,
				Implementations: []implementation.Implementation{polyfill}, Contexts: []catalogue.Context{catalogue.Window},
			})
			require.NoError(t, err)
			require.Len(t, result.Results, len(cases))
			for _, r := range result.Results {
				if r.Case == "network/malformed-chunk" {
					require.Equal(t, catalogue.NotApplicable, r.Verdict)
					require.Contains(t, r.Got, "bytes of HTTP/1.1")
					continue
				}
				require.Equal(t, catalogue.Pass, r.Verdict, "%s: %s", r.Case, r.Got)
				require.NotEmpty(t, r.Transcript.Requests)
				for _, seen := range r.Transcript.Requests {
					require.True(t, seen.Secure)
				}
			}
			require.Equal(t, protocol, result.Targets[0].Protocol)
			require.Contains(t, report.Command("x", result.Targets[0]), " --protocol "+string(protocol))
		})
	}
}

// TestProtocolRefused checks the errors of runs that are not possible.
func TestProtocolRefused(t *testing.T) {
	tests := []struct {
		name string
		plan Plan
		want string
	}{
		{"a browser that trusts no certificate", Plan{Protocol: catalogue.HTTP2}, "does not accept the reference server's certificate, without which there is no HTTP/2"},
		{"a browser elsewhere", Plan{Protocol: catalogue.HTTP3, Host: "127.0.0.1"}, "the certificate for HTTP/3 names only this machine"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.plan.Browser = &fakeBrowser{}
			_, err := Run(t.Context(), tt.plan)
			require.ErrorContains(t, err, tt.want)
		})
	}
}
