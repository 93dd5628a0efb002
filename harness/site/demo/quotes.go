package demo

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"eventsource-wasm/harness/site/broker"
)

const (
	// Time from one tick to the next, whatever its symbol.
	tickInterval = 100 * time.Millisecond

	// The most ticks that are kept: those of two minutes.
	tickHistory = 1200
)

// A share of an invented company.
type share struct {
	Symbol string
	price  float64 // to which it keeps returning
}

var shares = []share{
	{"AMBR", 42.10}, {"BOLT", 118.40}, {"CEDR", 23.75},
	{"DUNE", 67.20}, {"ECHO", 151.90}, {"FERN", 12.35},
	{"GALE", 89.60}, {"HAZE", 204.15}, {"IRIS", 35.80},
	{"JADE", 312.50}, {"KITE", 54.45}, {"LARK", 7.95},
}

// A Tick is a price at a time. It is sent as an event with the symbol as its type.
type Tick struct {
	Number int64   `json:"number"` // counts the ticks of all symbols
	Time   int64   `json:"time"`   // milliseconds since 1970
	Price  float64 `json:"price"`
}

// A market simulates prices. All markets have the same ones.
type market struct {
	random *rand.Rand
	prices []float64
	number int64
}

func newMarket() *market {
	m := &market{random: rand.New(rand.NewPCG(1, 2))}
	for _, s := range shares {
		m.prices = append(m.prices, s.price)
	}
	return m
}

// tick returns a share and its next price: a random step from the last one, pulled a
// little towards the price at the start.
func (m *market) tick(now time.Time) (share, Tick) {
	m.number++
	i := m.random.IntN(len(shares))
	step := 0.004*m.random.NormFloat64() + 0.02*math.Log(shares[i].price/m.prices[i])
	m.prices[i] *= math.Exp(step)
	return shares[i], Tick{m.number, now.UnixMilli(), math.Round(100*m.prices[i]) / 100}
}

// quotes serves a stream of ticks until ctx is canceled. It starts with a minute of
// history, so that a new page has something to draw.
func quotes(ctx context.Context) http.Handler {
	topic, market := broker.New(tickHistory), newMarket()
	publish := func(now time.Time) {
		share, tick := market.tick(now)
		topic.Publish(share.Symbol, asJSON(tick))
	}
	now := time.Now()
	for n := tickHistory / 2; n > 0; n-- {
		publish(now.Add(-time.Duration(n) * tickInterval))
	}
	go func() {
		ticker := time.NewTicker(tickInterval)
		defer ticker.Stop()
		for {
			select {
			case now := <-ticker.C:
				publish(now)
			case <-ctx.Done():
				topic.Close()
				return
			}
		}
	}()
	return served(topic)
}
