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
		{"none named", `"expect": {"messages": []}`, Contexts, ""},
		{"some named", `"contexts": ["shared-worker", "window"], "expect": {"messages": []}`, []Context{SharedWorker, Window}, ""},
		{"a browser that is driven", `"drive": [{"back": true}], "expect": {"messages": []}`, []Context{Window}, ""},
		{"an empty list", `"contexts": []`, nil, "contexts: empty; expected some of window, dedicated-worker, shared-worker or service-worker, or no such key for all"},
		{"an unknown one", `"contexts": ["window", "worker"]`, nil, `contexts[1]: "worker"; expected window, dedicated-worker, shared-worker or service-worker`},
		{"one twice", `"contexts": ["window", "window"]`, nil, "contexts[1]: window again; expected each once"},
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

// In a worker {page} is the worker's script.
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

// A script that needs a window says so.
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
