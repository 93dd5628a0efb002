package catalogue

// An Env is where a case runs: what its placeholders stand for.
type Env struct {
	Origin      string // of the page: "http://127.0.0.1:4001"
	OtherPort   string // another origin on the same host
	BlockedPort string // an origin on the same host, with a port that fetch blocks
	OtherHost   string // an origin with another host name
	HTTPS       string // an https origin that speaks HTTP/1.1
	HTTP2       string // an https origin that speaks HTTP/2
	Untrusted   string // an https origin whose certificate no browser accepts
	Remote      string // an http origin whose name is not a name of this machine
	HSTS        string // another one
	Token       string // the name under which the case is served

	Context Context // where the client runs
}

// Host names by which cases call the reference server. Browsers find those
// below localhost on their own machine by themselves, and those of [Hosts] only
// if they are told to.
const (
	LocalHost     = "localhost"
	HTTP2Host     = "h2.localhost"
	UntrustedHost = "untrusted.localhost"
	RemoteHost    = "remote.test"
	HSTSHost      = "hsts.test"
)

// Hosts returns the host names that a browser must resolve to the reference
// server for cases that need it (see [Case.HTTPS]).
func Hosts() []string { return []string{RemoteHost, HSTSHost} }

// StreamURL returns the absolute URL of the case's stream.
func (e Env) StreamURL() string { return e.RouteURL("stream") }

// PageURL returns the absolute URL of the page that runs the case.
func (e Env) PageURL() string { return e.Origin + e.path("") }

// RouteURL returns the absolute URL of one of the case's routes.
func (e Env) RouteURL(name string) string { return e.Origin + e.path(name) }

// FurtherURL returns the absolute URL of one of the case's further pages.
func (e Env) FurtherURL(name string) string { return e.Origin + e.path(name) + "/" }

// clientURL returns the absolute URL of what runs the client: the page, or the
// script of a worker.
func (e Env) clientURL() string {
	if e.inWorker() {
		return e.PageURL() + "worker.js"
	}
	return e.PageURL()
}

func (e Env) inWorker() bool { return e.Context != "" && e.Context != Window }

func (e Env) path(name string) string { return "/case/" + e.Token + "/" + name }
