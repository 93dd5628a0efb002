package grade

import "testing"

func TestPassed(t *testing.T) {
	if Passed(40) || !Passed(60) {
		t.Fatal("want 40 points not to pass, and 60 to pass")
	}
}
