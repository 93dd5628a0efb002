package polyfill_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/require"
)

// TestAngular checks that the view of an application follows the stream, and that the
// application becomes stable while the stream is open.
func TestAngular(t *testing.T) {
	t.Parallel()
	const application = `
		import '@angular/compiler'
		import { ApplicationRef, ChangeDetectionStrategy, Component, provideZoneChangeDetection } from '@angular/core'
		import { bootstrapApplication } from '@angular/platform-browser'

		@Component({ selector: 'app-root', changeDetection: ChangeDetectionStrategy.Eager, template: '<p>{{ last }} of {{ count }}</p>' })
		class App {
			count = 0
			last = ''
			constructor() {
				new EventSource('/burst?50').addEventListener('message', event => {
					this.count++
					this.last = event.data
				})
			}
		}

		bootstrapApplication(App, { providers: [provideZoneChangeDetection()] }).then(app => {
			app.injector.get(ApplicationRef).isStable.subscribe(stable => {
				const text = document.querySelector('p').textContent
				if (stable && text == '50 of 50') console.log('stable at ' + text)
			})
		}, console.log)`
	const zone, load = `<script src="npm/zone.js/bundles/zone.umd.js"></script>`, `<script src="eventsource.js"></script>`
	tests := []struct{ name, scripts string }{
		{"zone.js before", zone + load},
		{"zone.js after", load + zone},
		{"without WebAssembly", `<script>delete self.WebAssembly</script>` + zone + load},
		{"without fetch", `<script>delete self.fetch</script>` + zone + load},
	}
	bundle := bundled(t, application)
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{"index.html": tt.scripts + `<app-root></app-root><script src="main.js"></script>`, "main.js": bundle}
			copied(t, p, files)
			addDependencies(t, files)
			require.Equal(t, "stable at 50 of 50", serve(t, files, "").logged(t, window))
		})
	}
}

// TestSentry checks that Sentry, which wraps fetch and listeners, changes no request
// to another origin if the script was loaded before, and breaks nothing otherwise.
func TestSentry(t *testing.T) {
	t.Parallel()
	const sentry = `
		import * as Sentry from '@sentry/browser'
		Sentry.init({
			dsn: location.origin.replace('//', '//key@') + '/1',
			integrations: [Sentry.browserTracingIntegration()],
			tracesSampleRate: 1,
			tracePropagationTargets: [/./]
		})`
	const (
		load = `<script src="eventsource.js"></script>`
		main = `<script src="sentry.js"></script>`
	)
	tests := []struct {
		name, scripts string
		other         bool   // whether the stream is of another origin
		want          string // the methods of its requests, and whether they have Sentry's header
	}{
		{"the script before, another origin", load + main, true, "GET"},
		{"the script before", load + main, false, "GET"},
		{"the script after", main + load, false, "GET with sentry-trace"},
		{"without fetch", `<script>delete self.fetch</script>` + load + main, false, "GET with sentry-trace"},
	}
	bundle := bundled(t, sentry)
	p := newProject(t)
	window := openBrowser(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := site{"sentry.js": bundle}
			copied(t, p, files)
			s, streams := serve(t, files, ""), serve(t, site{}, "")
			origin := s.URL
			if tt.other {
				origin = streams.URL
			} else {
				streams = s
			}
			requests := make(chan string, 10)
			handler := streams.Config.Handler
			streams.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/events" {
					request := r.Method
					if r.Header.Get("sentry-trace") != "" {
						request += " with sentry-trace"
					}
					requests <- request
				}
				handler.ServeHTTP(w, r)
			})
			s.files["index.html"] = tt.scripts + strings.ReplaceAll(`<script>
				new EventSource('ORIGIN/events').addEventListener('message', function (event) { console.log(event.data) })
			</script>`, "ORIGIN", origin)
			require.Equal(t, "hello", s.logged(t, window))
			require.Equal(t, tt.want, <-requests)
		})
	}
}

// bundled bundles TypeScript that imports packages which
// scripts/install-package-tools.sh installs.
func bundled(t *testing.T, code string) string {
	result := api.Build(api.BuildOptions{
		Stdin:       &api.StdinOptions{Contents: code, ResolveDir: installed(t, ""), Loader: api.LoaderTS},
		TsconfigRaw: `{"compilerOptions": {"experimentalDecorators": true, "useDefineForClassFields": false}}`,
		Define:      map[string]string{"ngDevMode": "false", "ngServerMode": "false"},
		Bundle:      true,
		Target:      api.ES2015, // zone.js cannot wrap async functions
		LogLevel:    api.LogLevelSilent,
	})
	require.Empty(t, result.Errors)
	return string(result.OutputFiles[0].Contents)
}
