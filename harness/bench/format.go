package bench

import (
	"math"
	"strconv"
)

// figure formats a figure with three significant digits.
func figure(value float64, measured bool) string {
	switch {
	case !measured:
		return "-"
	case value == 0:
		return "0"
	}
	decimals := 2 - int(math.Floor(math.Log10(max(math.Abs(value), 0.01))))
	if decimals > 0 {
		return strconv.FormatFloat(value, 'f', decimals, 64)
	}
	scale := math.Pow10(-decimals)
	return thousands(int(math.Round(value/scale) * scale))
}

// thousands formats a whole number with commas: "200,000".
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
