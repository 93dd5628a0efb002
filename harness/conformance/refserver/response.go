package refserver

import (
	"context"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A wire carries one response. A head that is nil was sent before.
type wire interface {
	send(head *catalogue.Head, body []byte) error // all in one write
	end(head *catalogue.Head)                     // finishes the body
	cut()                                         // leaves it unfinished
	abort()                                       // leaves it as a reset
}

// A response plays the script of one connection.
type response struct {
	wire   wire
	ctx    context.Context     // ends when the client has left or the play is finished
	ended  func()              // called before the bytes, or the closing, that end the connection
	refuse func(time.Duration) // lets the port refuse connections for a time

	head  *catalogue.Head // not sent yet
	wrote bool
}

// run takes the steps until one is the last or the client has left.
func (r *response) run(script catalogue.Connection) {
	for _, step := range script {
		if !r.step(step) {
			return
		}
	}
}

// step takes one step and tells whether another may follow.
func (r *response) step(step catalogue.Step) bool {
	switch step.Verb {
	case catalogue.Respond:
		r.head = &step.Head
		return true
	case catalogue.Raw, catalogue.Send:
		return r.send(step)
	case catalogue.Headers:
		return r.write(nil)
	case catalogue.Pause:
		return r.wait(step.Pause)
	case catalogue.Refuse:
		r.refuse(step.Pause)
		return true
	case catalogue.End:
		r.ended()
		r.wire.end(r.head)
	case catalogue.Cut:
		r.leave(step, r.wire.cut)
	case catalogue.Reset:
		r.leave(step, r.wire.abort)
	case catalogue.Hold:
		<-r.ctx.Done()
	}
	return false
}

// send makes the writes of a step, each its gap after the one before.
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

// write sends the head, if it was not sent yet, and a part of the body.
func (r *response) write(body []byte) bool {
	head := r.head
	r.head = nil
	r.wrote = true
	return r.wire.send(head, body) == nil
}

// leave leaves the body unfinished. It waits the step's gap first, so that the
// client has read what was sent: the loss may make it drop what it has not.
func (r *response) leave(step catalogue.Step, how func()) {
	if r.wrote && !r.wait(step.Gap) {
		return
	}
	r.ended()
	how()
}

// wait tells whether the client is still there after some time.
func (r *response) wait(d time.Duration) bool {
	if d == 0 {
		return r.ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.ctx.Done():
		return false
	}
}
