package site

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// policy is the Content-Security-Policy of every response. Pages load scripts from this
// site only. They connect to its other origins, whose ports are not known in advance, and
// show the pages of cases, which have ports of their own, in frames. Some styles are part
// of the pages.
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self' http: https: ws: wss:; frame-src 'self' http:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"

// protect checks the Host header of each request and sets the headers that every
// response has.
//
// A page of another site can make a browser send requests here under a name of its own
// that resolves to this machine (DNS rebinding), and would then be of the same origin. So
// the host must be an IP address, localhost, or one of the names given.
func protect(hosts []string, site http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("Referrer-Policy", "same-origin")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "SAMEORIGIN") // for browsers without frame-ancestors
		if name := hostName(r.Host); !known(name, hosts) {
			http.Error(w, fmt.Sprintf("unknown host %.100q: open this site by its IP address, or start it with --host NAME", name), http.StatusMisdirectedRequest)
			return
		}
		site.ServeHTTP(w, r)
	})
}

// hostName returns the host of a Host header, in lower case and without port.
func hostName(hostPort string) string {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = hostPort
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func known(host string, names []string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || slices.Contains(names, host)
}
