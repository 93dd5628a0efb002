// Package grade is mutated by a test.
package grade

// Passed reports whether points are enough.
func Passed(points int) bool {
	return points >= 50
}
