package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// A bidi is a connection of WebDriver BiDi, by which a browser is driven without
// a program between.
//
// https://www.w3.org/TR/webdriver-bidi/
type bidi struct {
	conn *websocket.Conn
	done chan struct{} // closed when nothing more is answered
	how  error         // it ended

	mu      sync.Mutex
	last    int // number of the last command
	waiting map[int]chan<- bidiAnswer
}

// A bidiAnswer is what a browser sends: to a command if it has its number, else
// it is an event.
type bidiAnswer struct {
	ID      int             `json:"id"`
	Event   string          `json:"method"` // "": it is none
	Params  json.RawMessage `json:"params"` // of the event
	Result  json.RawMessage `json:"result"`
	Code    string          `json:"error"` // "": it was carried out
	Message string          `json:"message"`
}

// dialBiDi connects to a browser as soon as it listens. The connection ends with
// ctx.
func dialBiDi(ctx context.Context, url string) (*bidi, error) {
	starting, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		conn, _, err := websocket.Dial(starting, url, nil)
		if err == nil {
			conn.SetReadLimit(maxAnswer)
			b := &bidi{conn: conn, done: make(chan struct{}), waiting: map[int]chan<- bidiAnswer{}}
			go b.read(ctx)
			return b, nil
		}
		select {
		case <-time.After(pollEvery):
		case <-starting.Done():
			return nil, fmt.Errorf("it did not listen at %s: %w", url, cmp.Or(ctx.Err(), err))
		}
	}
}

// read hands out answers until the connection ends.
func (b *bidi) read(ctx context.Context) {
	defer close(b.done)
	defer b.conn.CloseNow()
	for {
		_, message, err := b.conn.Read(ctx)
		var answer bidiAnswer
		if err == nil {
			err = json.Unmarshal(message, &answer)
		}
		if err != nil {
			b.how = err
			return
		}
		if answer.Event == signInAsked {
			go b.declineSignIn(ctx, answer.Params)
		} else if wait := b.forget(answer.ID); wait != nil {
			wait <- answer
		}
	}
}

// forget takes the one who waits for an answer; nil: nobody does.
func (b *bidi) forget(id int) chan<- bidiAnswer {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := b.waiting[id]
	delete(b.waiting, id)
	return wait
}

// do sends a command and reads its result, if that is wanted. What gives up waits
// no longer, but sends all the same: half a message would end the connection, which
// is also that of others.
func (b *bidi) do(ctx context.Context, method string, params map[string]any, result any) error {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandLimit)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, commandLimit)
	defer cancel()

	wait := make(chan bidiAnswer, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.waiting[id] = wait
	b.mu.Unlock()
	defer b.forget(id)

	message, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err != nil {
		return err
	}
	if err := b.conn.Write(sending, websocket.MessageText, message); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case answer := <-wait:
		switch {
		case answer.Code != "":
			return fmt.Errorf("%s: %w", method, &webDriverError{answer.Code, answer.Message})
		case result != nil:
			return json.Unmarshal(answer.Result, result)
		}
		return nil
	case <-b.done:
		return fmt.Errorf("%s: the connection to the browser has ended: %w", method, b.how)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// signInAsked is the event of a request for which a user would have to sign in. It
// comes where a tab declines that, and is answered at once.
const signInAsked = "network.authRequired"

// declineSignIn is the answer to signInAsked.
func (b *bidi) declineSignIn(ctx context.Context, event json.RawMessage) {
	var asked struct {
		Request struct {
			ID string `json:"request"`
		} `json:"request"`
	}
	if json.Unmarshal(event, &asked) == nil {
		b.do(ctx, "network.continueWithAuth", map[string]any{"request": asked.Request.ID, "action": "cancel"}, nil)
	}
}
