package catalogue

import (
	"fmt"
	"slices"

	"eventsource-wasm/harness/internal/suggest"
)

// A Context is a kind of global environment in which a client can run.
type Context string

const (
	Window          Context = "window"
	DedicatedWorker Context = "dedicated-worker"
	SharedWorker    Context = "shared-worker"
	ServiceWorker   Context = "service-worker"
)

// Contexts are all contexts, in the order in which they run.
var Contexts = []Context{Window, DedicatedWorker, SharedWorker, ServiceWorker}

// ParseContext returns the context of a name.
func ParseContext(name string) (Context, error) {
	if !slices.Contains(Contexts, Context(name)) {
		var names []string
		for _, c := range Contexts {
			names = append(names, string(c))
		}
		if meant := suggest.DidYouMean(name, names); meant != "" {
			return "", fmt.Errorf("unknown context %q%s", name, meant)
		}
		return "", fmt.Errorf("unknown context %q: want %s", name, oneOf(Contexts))
	}
	return Context(name), nil
}

// RunsIn reports whether the case makes sense in a context.
func (c *Case) RunsIn(context Context) bool { return slices.Contains(c.Contexts, context) }

// defaultContexts returns the contexts of a case that lists none. These are all,
// except that drivers work on windows, and that a case which runs alone runs
// only once.
func (c *Case) defaultContexts() []Context {
	if c.Drive != nil || c.Alone {
		return []Context{Window}
	}
	return Contexts
}

func (c *Case) checkContexts() error {
	if len(c.Contexts) == 0 {
		return fmt.Errorf("contexts: empty; expected %s; without the key, a case runs in all of them", oneOf(Contexts))
	}
	for i, context := range c.Contexts {
		if _, err := ParseContext(string(context)); err != nil {
			return fmt.Errorf("contexts[%d]: %q; expected %s", i, context, oneOf(Contexts))
		}
		if slices.Contains(c.Contexts[:i], context) {
			return fmt.Errorf("contexts[%d]: %s is listed twice; expected each once", i, context)
		}
	}
	return nil
}
