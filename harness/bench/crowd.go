package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Crowd is many clients of one server, each with a stream of its own. The
// events of a stream have consecutive numbers at the end of their ids, after a
// hyphen.
type Crowd struct {
	URL      string        // of the stream
	PID      int           // of the server
	Streams  int           // how many are open at once
	Duration time.Duration // from when all are open
}

// Measure opens the streams and reads them all. The document has a sample with
// an error if a stream ended, or missed an event or had one twice.
func (c Crowd) Measure(ctx context.Context) (*Document, error) {
	started := time.Now()
	events, err := c.read(ctx)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	sample := Sample{Round: 1, Figures: map[string]float64{
		"streams": float64(c.Streams),
		"rate":    float64(events) / c.Duration.Seconds() / float64(c.Streams),
	}}
	if err != nil {
		sample = Sample{Round: 1, Error: err.Error()}
	} else if memory, err := peakMemory(c.PID); err == nil {
		sample.Figures["memory"] = float64(memory) / 1e6
	}
	table := &Table{
		Kind:    "streams",
		Stream:  "server",
		Title:   fmt.Sprintf("one server, %d streams for %s", c.Streams, c.Duration),
		Rounds:  1,
		Columns: []Column{{Name: "memory", Unit: "MB at most"}, {Name: "rate", Unit: "events/s each", More: true}, {Name: "streams", Unit: "streams", More: true}},
		Rows:    []*Row{{Implementation: "harness serve", Samples: []Sample{sample}}},
	}
	table.summarise()
	document := newDocument(started, runtime.Version())
	document.Tables = []*Table{table}
	document.Milliseconds = time.Since(started).Milliseconds()
	return document, nil
}

// read reads all streams, and counts the events that came while all were open.
func (c Crowd) read(ctx context.Context) (events int, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()

	counts := make([]int, c.Streams)
	var opening, reading sync.WaitGroup
	opening.Add(c.Streams)
	allOpen := make(chan struct{})
	for i := range c.Streams {
		reading.Go(func() {
			if err := c.readOne(ctx, client, opening.Done, allOpen, &counts[i]); ctx.Err() == nil {
				stop(fmt.Errorf("stream %d of %d: %w", i+1, c.Streams, err))
			}
		})
	}
	go func() {
		opening.Wait()
		close(allOpen)
	}()

	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	select {
	case <-allOpen:
	case <-ctx.Done():
	case <-limit.C:
		stop(errors.New("not all streams were open within a minute"))
	}
	select {
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-time.After(c.Duration):
	}
	stop(nil)
	reading.Wait()
	for _, n := range counts {
		events += n
	}
	return events, err
}

// readOne reads a stream until ctx ends. opened is called once, whatever becomes
// of it.
func (c Crowd) readOne(ctx context.Context, client *http.Client, opened func(), allOpen <-chan struct{}, count *int) error {
	open := sync.OnceFunc(opened)
	defer open()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", response.Status)
	}
	lines := bufio.NewScanner(response.Body)
	for last := 0; lines.Scan(); {
		id, ok := strings.CutPrefix(lines.Text(), "id: ")
		if !ok {
			continue
		}
		n, err := strconv.Atoi(id[strings.LastIndexByte(id, '-')+1:])
		if err != nil {
			return fmt.Errorf("id %q: no number at its end", id)
		}
		if last > 0 && n != last+1 {
			return fmt.Errorf("event %d came after event %d", n, last)
		}
		last = n
		open()
		select {
		case <-allOpen:
			*count++
		default:
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return errors.New("the server ended it")
}
