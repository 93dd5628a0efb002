package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/harness/conformance/catalogue"
)

func TestCases(t *testing.T) {
	all, err := Cases()
	require.NoError(t, err)
	group, err := Cases("parse/")
	require.NoError(t, err)
	require.NotEmpty(t, group)
	require.Less(t, len(group), len(all))
	_, err = Cases("parse/none")
	require.ErrorContains(t, err, "parse/none")
}

// TestNewPlan checks that a plan is complete without changes.
func TestNewPlan(t *testing.T) {
	plan, err := NewPlan(nil, "parse/lf", "retry/zero")
	require.NoError(t, err)
	require.Len(t, plan.Cases, 2)
	require.Equal(t, "native", plan.Implementations[0].Name)
	require.Equal(t, "polyfill", plan.Implementations[1].Name)
	require.NotEmpty(t, plan.Expectations)
	require.Equal(t, 2*2*len(catalogue.Contexts), plan.Count())

	_, err = NewPlan(nil, "parse/none")
	require.ErrorContains(t, err, "parse/none")
}
