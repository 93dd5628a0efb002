package catalogue

import (
	"fmt"
	"slices"
	"strings"
)

// A Context is a kind of global object that a client can run in.
type Context string

const (
	Window          Context = "window"
	DedicatedWorker Context = "dedicated-worker"
	SharedWorker    Context = "shared-worker"
	ServiceWorker   Context = "service-worker"
)

// Contexts are all contexts, in the order in which they are played.
var Contexts = []Context{Window, DedicatedWorker, SharedWorker, ServiceWorker}

// ParseContext reads the name of a context.
func ParseContext(name string) (Context, error) {
	if !slices.Contains(Contexts, Context(name)) {
		return "", fmt.Errorf("unknown context %q: expected %s", name, contextNames())
	}
	return Context(name), nil
}

// contextNames are the names of all contexts, for messages.
func contextNames() string {
	var names []string
	for _, context := range Contexts {
		names = append(names, string(context))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// RunsIn tells whether the case makes sense in a context.
func (c *Case) RunsIn(context Context) bool { return slices.Contains(c.Contexts, context) }

// defaultContexts are those of a case that names none: all, but what is done to
// a browser is done to a window, and what is heavy is played once.
func (c *Case) defaultContexts() []Context {
	if c.Drive != nil || c.Alone {
		return []Context{Window}
	}
	return Contexts
}

func (c *Case) checkContexts() error {
	if len(c.Contexts) == 0 {
		return fmt.Errorf("contexts: empty; expected some of %s, or no such key for all", contextNames())
	}
	for i, context := range c.Contexts {
		if _, err := ParseContext(string(context)); err != nil {
			return fmt.Errorf("contexts[%d]: %q; expected %s", i, context, contextNames())
		}
		if slices.Contains(c.Contexts[:i], context) {
			return fmt.Errorf("contexts[%d]: %s again; expected each once", i, context)
		}
	}
	return nil
}
