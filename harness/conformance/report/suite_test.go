package report

import (
	"bytes"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

func TestThisSuite(t *testing.T) {
	require.Equal(t, catalogue.Hash(), ThisSuite().Catalogue)
}

func TestRevision(t *testing.T) {
	ours := debug.Module{Path: "eventsource-wasm", Version: "v0.2.0"}
	tests := []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"built in the repository", debug.BuildInfo{Main: debug.Module{Path: "eventsource-wasm", Version: "v0.2.1-0.20261128160121-8654e53c0c16+dirty"}}, "v0.2.1-0.20261128160121-8654e53c0c16+dirty"},
		{"built without a stamp", debug.BuildInfo{Main: debug.Module{Path: "eventsource-wasm", Version: "(devel)"}}, ""},
		{"a dependency of another program", debug.BuildInfo{Main: debug.Module{Path: "example.com/x", Version: "v9.0.0"}, Deps: []*debug.Module{{Path: "other"}, &ours}}, "v0.2.0"},
		{"not in the program", debug.BuildInfo{Main: debug.Module{Path: "example.com/x", Version: "v9.0.0"}}, ""},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, revision(&tt.info), tt.name)
	}
}

func TestBuild(t *testing.T) {
	tests := []struct {
		build       Build
		want, short string
	}{
		{Build{}, "", ""},
		{Build{SHA256: "0123456789abcdef"}, "0123456789ab", "0123456789ab"},
		{Build{Version: "0.2.0", SHA256: "0123456789abcdef"}, "0.2.0 0123456789ab", "0123456789ab"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, tt.build.String())
		require.Equal(t, tt.short, tt.build.Short())
	}
}

// TestMixed checks that results of different versions of the catalogue are compared
// with a warning only.
func TestMixed(t *testing.T) {
	run := func(catalogue string) *Report {
		r := example()
		for i := range r.Targets {
			r.Targets[i].Suite.Catalogue = catalogue
		}
		return r
	}
	over := func(p catalogue.Protocol) *Report {
		r := run("aaa")
		for i := range r.Targets {
			r.Targets[i].Protocol = p
		}
		return r
	}
	tests := []struct {
		name         string
		before, now  *Report
		joined, than string // warnings
	}{
		{"the same protocol", over(catalogue.HTTP3), over(catalogue.HTTP3), "", ""},
		{"another protocol", over(""), over(catalogue.HTTP2), "", "the baseline was run over HTTP/1.1, and this run over HTTP/2"},
		{"the same", run("aaa"), run("aaa"), "", ""},
		{"both not recorded", run(""), run(""), "", ""},
		{
			"different", run("bbb"), run("aaa"),
			"the targets were run with different versions of the catalogue, so cases may differ: aaa (2 targets), bbb (2 targets)",
			"the baseline was run with another version of the catalogue (bbb, now aaa), so cases may differ",
		},
		{
			"one not recorded", run(""), run("aaa"),
			"the targets were run with different versions of the catalogue, so cases may differ: aaa (2 targets), not recorded (2 targets)",
			"the baseline was run with another version of the catalogue (not recorded, now aaa), so cases may differ",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			joined := Join(tt.before, tt.now)
			require.Equal(t, tt.joined, Mixed(joined.Targets))
			changes, err := Compare(tt.before, tt.now)
			require.NoError(t, err)
			require.Equal(t, tt.than, changes.Warning)

			for want, write := range map[string]func(*bytes.Buffer){
				tt.joined: func(b *bytes.Buffer) { NewTerminal(b, false).Overview(joined) },
				tt.than:   func(b *bytes.Buffer) { NewTerminal(b, false).Changes(changes) },
			} {
				var b bytes.Buffer
				write(&b)
				require.Equal(t, want != "", bytes.Contains(b.Bytes(), []byte("\nwarning: ")), b.String())
				require.Contains(t, b.String(), want)
			}
			var page bytes.Buffer
			require.NoError(t, joined.HTML(&page, nil))
			require.Equal(t, tt.joined != "", bytes.Contains(page.Bytes(), []byte(`<p class="warning">Warning: the targets`)))
		})
	}
}
