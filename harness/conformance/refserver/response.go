package refserver

import (
	"context"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
	"eventsource-wasm/harness/internal/sleep"
)

// A wire carries one response. A head is nil if it was sent before.
type wire interface {
	send(head *catalogue.Head, body []byte) error // in one write
	end(head *catalogue.Head)                     // finishes the body
	cut()                                         // closes without finishing the body
	abort()                                       // closes with a reset
}

// A response runs the script of one connection.
type response struct {
	wire   wire
	ctx    context.Context               // done when the client has left or the instance is finished
	sent   func(*catalogue.Head, []byte) // called before each write
	ended  func()                        // called before the bytes, or the closing, that end the connection
	refuse func(time.Duration)           // makes the port refuse connections for a time

	head  *catalogue.Head // not sent yet
	wrote bool
}

// handlers carry out the steps. Each reports whether another step may follow. A
// test holds them against the catalogue's verbs, and an instance with any other
// verb does not start.
var handlers = map[catalogue.Verb]func(*response, catalogue.Step) bool{
	catalogue.Respond: (*response).respond,
	catalogue.Raw:     (*response).send,
	catalogue.Send:    (*response).send,
	catalogue.Headers: func(r *response, _ catalogue.Step) bool { return r.write(nil) },
	catalogue.Pause:   func(r *response, step catalogue.Step) bool { return r.wait(step.Pause) },
	catalogue.Refuse:  (*response).shut,
	catalogue.End:     (*response).end,
	catalogue.Cut:     (*response).cut,
	catalogue.Reset:   (*response).reset,
	catalogue.Hold:    (*response).hold,
}

// run takes the steps until the last one, or until the client has left.
func (r *response) run(script catalogue.Connection) {
	for _, step := range script {
		if !handlers[step.Verb](r, step) {
			return
		}
	}
}

func (r *response) respond(step catalogue.Step) bool {
	r.head = &step.Head
	return true
}

func (r *response) shut(step catalogue.Step) bool {
	r.refuse(step.Pause)
	return true
}

func (r *response) end(catalogue.Step) bool {
	r.ended()
	if r.head != nil {
		r.sent(r.head, nil)
	}
	r.wire.end(r.head)
	return false
}

func (r *response) cut(step catalogue.Step) bool {
	r.leave(step, r.wire.cut)
	return false
}

func (r *response) reset(step catalogue.Step) bool {
	r.leave(step, r.wire.abort)
	return false
}

func (r *response) hold(catalogue.Step) bool {
	<-r.ctx.Done()
	return false
}

// send makes the writes of a step, with its gap before each.
func (r *response) send(step catalogue.Step) bool {
	for _, body := range step.Writes() {
		if r.wrote && !r.wait(step.Gap) {
			return false
		}
		if !r.write(body) {
			return false
		}
	}
	return true
}

// write sends a part of the body, together with the head if that was not sent yet.
func (r *response) write(body []byte) bool {
	head := r.head
	r.head = nil
	r.wrote = true
	r.sent(head, body)
	return r.wire.send(head, body) == nil
}

// leave closes without finishing the body. First it waits for the step's gap:
// a client may drop what it has not read when the connection breaks.
func (r *response) leave(step catalogue.Step, how func()) {
	if r.wrote && !r.wait(step.Gap) {
		return
	}
	r.ended()
	how()
}

// wait waits, and reports whether the client is still connected.
func (r *response) wait(d time.Duration) bool { return sleep.For(r.ctx, d) }
