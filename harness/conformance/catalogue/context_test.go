package catalogue

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestContexts(t *testing.T) {
	tests := []struct {
		name, members string
		want          []Context
		err           string
	}{
		{"without contexts", `"expect": {"messages": []}`, Contexts, ""},
		{"with contexts", `"contexts": ["shared-worker", "window"], "expect": {"messages": []}`, []Context{SharedWorker, Window}, ""},
		{"a driven case", `"drive": [{"back": true}], "expect": {"messages": []}`, []Context{Window}, ""},
		{"an empty list", `"contexts": []`, nil, "contexts: empty; expected window, dedicated-worker, shared-worker or service-worker; without the key, a case runs in all of them"},
		{"an unknown context", `"contexts": ["window", "worker"]`, nil, `contexts[1]: "worker"; expected window, dedicated-worker, shared-worker or service-worker`},
		{"a repeated context", `"contexts": ["window", "window"]`, nil, "contexts[1]: window is listed twice; expected each once"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := decodeCase("test", []byte(`{"id": "test/a", "title": "A", "requirement": "B.", "level": "must", "spec": "html#a", `+tt.members+`}`))
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, c.Contexts)
		})
	}
}

// TestPagePlaceholder shows that in a worker, {page} is the worker's script.
func TestPagePlaceholder(t *testing.T) {
	tests := []struct {
		context Context
		want    string
	}{
		{Window, "http://a/case/t/"},
		{DedicatedWorker, "http://a/case/t/worker.js"},
		{ServiceWorker, "http://a/case/t/worker.js"},
	}
	for _, tt := range tests {
		env := Env{Origin: "http://a", Token: "t", Context: tt.context}
		filled, err := env.Fill("{page} {url}")
		require.NoError(t, err)
		require.Equal(t, tt.want+" http://a/case/t/stream", filled)
		require.Equal(t, "{page} {url}", env.unfill(filled))
	}
}

// TestScriptsFitContexts shows that a case whose script needs a window lists only
// that context.
func TestScriptsFitContexts(t *testing.T) {
	cases, err := Load()
	require.NoError(t, err)
	ofWindows := regexp.MustCompile(`\b(window|document|t\.frame|new Worker|SharedWorker|navigator\.serviceWorker)\b`)
	notOfServiceWorkers := regexp.MustCompile(`\b(XMLHttpRequest|createObjectURL)\b`)
	for _, c := range cases {
		for _, line := range c.Client.Script {
			if ofWindows.MatchString(line) {
				require.Equal(t, []Context{Window}, c.Contexts, "%s: %s", c.ID, line)
			}
			if notOfServiceWorkers.MatchString(line) {
				require.False(t, c.RunsIn(ServiceWorker), "%s: %s", c.ID, line)
			}
		}
	}
}
