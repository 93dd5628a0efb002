package report

import (
	"fmt"

	"eventsource-wasm/harness/conformance/catalogue"
)

// CheckJudged returns an error if must or should cases ran on an implementation in a
// browser, and none of them was judged. Such a run is not a success: it says nothing.
func (r *Report) CheckJudged() error {
	type pair struct{ browser, implementation, emulated string }
	pairOf := func(t Target) pair { return pair{t.Browser, t.Implementation, t.Emulates} }
	demands := map[string]bool{}
	for _, c := range r.Cases {
		demands[c.ID] = c.Level != catalogue.Info && c.Level != catalogue.Extension
	}
	targets := map[string]pair{}
	for _, t := range r.Targets {
		targets[t.Name] = pairOf(t)
	}
	judged := map[pair]bool{}
	silent := map[pair][]Result{}
	for _, result := range r.Results {
		if !demands[result.Case] {
			continue
		}
		of := targets[result.Target]
		if isJudged(result.Verdict) {
			judged[of] = true
		} else {
			silent[of] = append(silent[of], result)
		}
	}
	for _, t := range r.Targets {
		if of := pairOf(t); !judged[of] && silent[of] != nil {
			return fmt.Errorf("report: nothing was judged on %s/%s: all %d must and should cases are not-applicable or skip; the first says: %s",
				t.Browser, t.Implementation, len(silent[of]), silent[of][0].Got)
		}
	}
	return nil
}

func isJudged(v catalogue.Verdict) bool {
	return v == catalogue.Pass || v == catalogue.Fail || v == catalogue.Timeout || v == catalogue.Error
}
