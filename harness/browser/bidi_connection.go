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

// A bidi is a WebDriver BiDi connection. Browsers that implement it are driven
// without a driver program.
//
// https://www.w3.org/TR/webdriver-bidi/
type bidi struct {
	conn *websocket.Conn
	done chan struct{} // closed when the connection has ended
	err  error         // why it has ended

	mu      sync.Mutex
	last    int                        // the ID of the last command
	pending map[int]chan<- bidiMessage // by the ID of the command
}

// A bidiMessage is a message from the browser: an event, or the response to a
// command.
type bidiMessage struct {
	Event  string          `json:"method"` // "" in a response
	Params json.RawMessage `json:"params"` // of an event

	ID      int             `json:"id"` // of the command
	Result  json.RawMessage `json:"result"`
	Code    string          `json:"error"` // "" if the command succeeded
	Message string          `json:"message"`
}

// dialBiDi connects to a browser, and retries until it listens. The connection is
// closed when ctx is done.
func dialBiDi(ctx context.Context, url string) (*bidi, error) {
	starting, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		conn, _, err := websocket.Dial(starting, url, nil)
		if err == nil {
			conn.SetReadLimit(maxResponse)
			b := &bidi{conn: conn, done: make(chan struct{}), pending: map[int]chan<- bidiMessage{}}
			go b.read(ctx)
			return b, nil
		}
		select {
		case <-time.After(pollEvery):
		case <-starting.Done():
			return nil, fmt.Errorf("the browser does not listen at %s: %w", url, cmp.Or(ctx.Err(), err))
		}
	}
}

// read delivers responses to their commands until the connection ends.
func (b *bidi) read(ctx context.Context) {
	defer close(b.done)
	defer b.conn.CloseNow()
	for {
		_, text, err := b.conn.Read(ctx)
		var message bidiMessage
		if err == nil {
			err = json.Unmarshal(text, &message)
		}
		if err != nil {
			b.err = err
			return
		}
		if message.Event == authRequired {
			go b.declineSignIn(ctx, message.Params)
		} else if response := b.forget(message.ID); response != nil {
			response <- message
		}
	}
}

// forget removes a pending command and returns the channel for its response, or
// nil if there is no such command.
func (b *bidi) forget(id int) chan<- bidiMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	response := b.pending[id]
	delete(b.pending, id)
	return response
}

// do sends a command. If result is not nil, it stores the result there.
//
// When ctx is done, do stops waiting, but the message is still sent in full: a
// partial write would close the connection, which other tabs share.
func (b *bidi) do(ctx context.Context, method string, params map[string]any, result any) error {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandLimit)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, commandLimit)
	defer cancel()

	response := make(chan bidiMessage, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.pending[id] = response
	b.mu.Unlock()
	defer b.forget(id)

	text, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err != nil {
		return err
	}
	if err := b.conn.Write(sending, websocket.MessageText, text); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case message := <-response:
		switch {
		case message.Code != "":
			return fmt.Errorf("%s: %w", method, &webDriverError{message.Code, message.Message})
		case result != nil:
			return json.Unmarshal(message.Result, result)
		}
		return nil
	case <-b.done:
		return fmt.Errorf("%s: the connection to the browser ended: %w", method, b.err)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// authRequired is the event for a request that would show a sign-in prompt. A tab
// subscribes to it in DeclineSignIn.
const authRequired = "network.authRequired"

// declineSignIn cancels the sign-in of an authRequired event.
func (b *bidi) declineSignIn(ctx context.Context, params json.RawMessage) {
	var event struct {
		Request struct {
			ID string `json:"request"`
		} `json:"request"`
	}
	if json.Unmarshal(params, &event) == nil {
		b.do(ctx, "network.continueWithAuth", map[string]any{"request": event.Request.ID, "action": "cancel"}, nil)
	}
}
