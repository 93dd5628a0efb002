// Package suggest suggests a known name for a misspelled one.
package suggest

import "strings"

// DidYouMean returns the text ": did you mean NAME?" with the known name that is
// closest to an unknown one. If none is close, it returns "".
func DidYouMean(unknown string, known []string) string {
	if name := Closest(unknown, known); name != "" {
		return ": did you mean " + name + "?"
	}
	return ""
}

// Closest returns the first known name that is closest to an unknown one, or "" if
// more than a third of the unknown one would have to be edited.
func Closest(unknown string, known []string) (name string) {
	best := (len(unknown)+2)/3 + 1
	for _, k := range known {
		if d := distance(strings.ToLower(unknown), strings.ToLower(k)); d < best {
			name, best = k, d
		}
	}
	return name
}

// distance returns the number of bytes that have to be inserted, removed, replaced
// or swapped with their neighbour to turn a into b.
func distance(a, b string) int {
	// Rows of the table of distances between the beginnings of a and b.
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
