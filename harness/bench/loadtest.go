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

// A LoadTest opens many streams of one server and reads them all. The events of a
// stream have consecutive numbers at the end of their ids, after a hyphen.
type LoadTest struct {
	URL      string        // of the stream
	PID      int           // of the server
	Streams  int           // open at the same time
	Duration time.Duration // once all are open
}

// Run carries out the test. The results have a sample with an error if a stream
// ended, or missed or repeated an event.
func (l LoadTest) Run(ctx context.Context) (*Results, error) {
	started := time.Now()
	events, err := l.read(ctx)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	sample := Sample{Round: 1, Figures: map[string]float64{
		"streams": float64(l.Streams),
		"rate":    float64(events) / l.Duration.Seconds() / float64(l.Streams),
	}}
	if err != nil {
		sample = Sample{Round: 1, Error: err.Error()}
	} else if memory, err := peakMemory(l.PID); err == nil {
		sample.Figures["memory"] = float64(memory) / 1e6
	}
	results := newResults(started, runtime.Version(), nil)
	results.Tables = []*Table{{
		Kind:    "streams",
		Stream:  "server",
		Title:   fmt.Sprintf("one server, %d streams for %s", l.Streams, l.Duration),
		Rounds:  1,
		Columns: []Column{{Name: "memory", Unit: "MB peak"}, {Name: "rate", Unit: "events/s each", More: true}, {Name: "streams", Unit: "streams", More: true}},
		Rows:    []*Row{{Implementation: "harness serve", Samples: []Sample{sample}}},
	}}
	results.finish(started)
	return results, nil
}

// read reads all streams and counts the events that came while all were open.
func (l LoadTest) read(ctx context.Context) (events int, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()

	counts := make([]int, l.Streams)
	var opening, reading sync.WaitGroup
	opening.Add(l.Streams)
	allOpen := make(chan struct{})
	for i := range l.Streams {
		reading.Go(func() {
			if err := l.readOne(ctx, client, opening.Done, allOpen, &counts[i]); ctx.Err() == nil {
				stop(fmt.Errorf("stream %d of %d: %w", i+1, l.Streams, err))
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
		stop(errors.New("not all streams opened within a minute"))
	}
	select {
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-time.After(l.Duration):
	}
	stop(nil)
	reading.Wait()
	for _, n := range counts {
		events += n
	}
	return events, err
}

// readOne reads a stream until ctx is done. It calls opened once, whatever happens.
func (l LoadTest) readOne(ctx context.Context, client *http.Client, opened func(), allOpen <-chan struct{}, count *int) error {
	open := sync.OnceFunc(opened)
	defer open()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.URL, nil)
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
			return fmt.Errorf("id %q does not end with a number", id)
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
