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
	// Time from one tick to the next, of all symbols together.
	tickEvery = 100 * time.Millisecond

	// The most ticks kept: two minutes of them.
	tickHistory = 1200
)

// A share of a company that does not exist.
type share struct {
	Symbol string
	price  float64 // the price that it keeps coming back to
}

var shares = []share{
	{"AMBR", 42.10}, {"BOLT", 118.40}, {"CEDR", 23.75},
	{"DUNE", 67.20}, {"ECHO", 151.90}, {"FERN", 12.35},
	{"GALE", 89.60}, {"HAZE", 204.15}, {"IRIS", 35.80},
	{"JADE", 312.50}, {"KITE", 54.45}, {"LARK", 7.95},
}

// A Tick is a price at a time. It is sent as an event whose type is the symbol.
type Tick struct {
	Number int64   `json:"number"` // counts the ticks of all symbols
	Time   int64   `json:"time"`   // milliseconds since 1970
	Price  float64 `json:"price"`
}

// A market makes up prices. It is the same market each time.
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

// tick is the next price, and whose it is: the last one, give or take some, drawn
// a little to where the price began.
func (m *market) tick(now time.Time) (share, Tick) {
	m.number++
	i := m.random.IntN(len(shares))
	step := 0.004*m.random.NormFloat64() + 0.02*math.Log(shares[i].price/m.prices[i])
	m.prices[i] *= math.Exp(step)
	return shares[i], Tick{m.number, now.UnixMilli(), math.Round(100*m.prices[i]) / 100}
}

// quotes serves a stream of ticks, which goes on until ctx is over. It has a past
// from the beginning, so that there is something to draw.
func quotes(ctx context.Context) http.Handler {
	topic, market := broker.New(tickHistory), newMarket()
	publish := func(now time.Time) {
		share, tick := market.tick(now)
		topic.Publish(share.Symbol, asJSON(tick))
	}
	now := time.Now()
	for n := tickHistory / 2; n > 0; n-- {
		publish(now.Add(-time.Duration(n) * tickEvery))
	}
	go func() {
		ticker := time.NewTicker(tickEvery)
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
	return topic
}
