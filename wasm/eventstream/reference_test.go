package eventstream_test

import (
	"math/big"
	"strings"

	"eventsource-wasm/wasm/eventstream"
)

// reference parses a whole stream by following the HTML Standard step by step.
// It is slow and does not share code with the parser.
//
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
func reference(stream []byte) transcript {
	// Streams must be decoded using the UTF-8 decode algorithm, which strips
	// one leading byte order mark, if any.
	text := strings.TrimPrefix(string(decode(stream)), "\uFEFF")

	// The stream must then be parsed by reading everything line by line, with a
	// CRLF pair, a single LF not preceded by a CR, and a single CR not followed
	// by an LF being the ways in which a line can end.
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	lines := strings.Split(text, "\n")
	lines = lines[:len(lines)-1] // the last line has not ended

	got := transcript{Retry: -1}

	// A data buffer, an event type buffer, and a last event ID buffer must be
	// initialized to the empty string.
	var dataBuffer, typeBuffer, idBuffer string

	for _, line := range lines {
		// If the line is empty: dispatch the event, as defined below.
		if line == "" {
			// 1. Set the last event ID string to the value of the last event ID
			// buffer. The buffer does not get reset.
			got.LastEventID = idBuffer

			// 2. If the data buffer is an empty string, set the data buffer and
			// the event type buffer to the empty string and return.
			if dataBuffer == "" {
				typeBuffer = ""
				continue
			}

			// 3. If the data buffer's last character is an LF, remove it.
			dataBuffer = strings.TrimSuffix(dataBuffer, "\n")

			// 4-6. The event's type is message, unless the event type buffer
			// has a value other than the empty string.
			dispatched := event{"message", dataBuffer, got.LastEventID}
			if typeBuffer != "" {
				dispatched.Type = typeBuffer
			}

			// 7. Set the data buffer and the event type buffer to the empty
			// string. 8. Dispatch.
			dataBuffer, typeBuffer = "", ""
			got.Events = append(got.Events, dispatched)
			continue
		}

		// If the line starts with a colon: ignore the line.
		if strings.HasPrefix(line, ":") {
			continue
		}

		// If the line contains a colon: the characters before the first are the
		// field, those after it the value, less one leading space. Otherwise:
		// the whole line is the field, and the value is empty.
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")

		switch field {
		case "event":
			typeBuffer = value
		case "data":
			dataBuffer += value + "\n"
		case "id":
			if !strings.Contains(value, "\x00") {
				idBuffer = value
			}
		case "retry":
			if value != "" && strings.Trim(value, "0123456789") == "" {
				got.Retry = saturated(value)
			}
		}
	}

	// Once the end of the file is reached, any pending data must be discarded.
	return got
}

// saturated returns the number that the digits spell, at most MaxRetry.
func saturated(digits string) int32 {
	number, _ := new(big.Int).SetString(digits, 10)
	if number.Cmp(big.NewInt(eventstream.MaxRetry)) > 0 {
		return eventstream.MaxRetry
	}
	return int32(number.Int64())
}

// decode follows the steps of the Encoding Standard's UTF-8 decoder with the error
// mode "replacement". It keeps a byte order mark.
//
// https://encoding.spec.whatwg.org/#utf-8-decoder
func decode(bytes []byte) []rune {
	var (
		output        []rune
		codePoint     rune
		seen, needed  int
		lower, higher byte = 0x80, 0xBF
	)
	for i := 0; i < len(bytes); i++ {
		b := bytes[i]

		// 3. If bytes needed is 0, then, based on byte:
		if needed == 0 {
			switch {
			case b <= 0x7F:
				output = append(output, rune(b))
			case b >= 0xC2 && b <= 0xDF:
				needed = 1
				codePoint = rune(b & 0x1F)
			case b >= 0xE0 && b <= 0xEF:
				if b == 0xE0 {
					lower = 0xA0
				}
				if b == 0xED {
					higher = 0x9F
				}
				needed = 2
				codePoint = rune(b & 0xF)
			case b >= 0xF0 && b <= 0xF4:
				if b == 0xF0 {
					lower = 0x90
				}
				if b == 0xF4 {
					higher = 0x8F
				}
				needed = 3
				codePoint = rune(b & 0x7)
			default:
				output = append(output, '\uFFFD')
			}
			continue
		}

		// 4. If byte is not in the range lower to upper boundary, restore byte
		// and return error.
		if b < lower || b > higher {
			codePoint, needed, seen = 0, 0, 0
			lower, higher = 0x80, 0xBF
			output = append(output, '\uFFFD')
			i--
			continue
		}

		// 5-9. Take the byte; when none is missing, return the code point.
		lower, higher = 0x80, 0xBF
		codePoint = codePoint<<6 | rune(b&0x3F)
		seen++
		if seen == needed {
			output = append(output, codePoint)
			codePoint, needed, seen = 0, 0, 0
		}
	}

	// 1. If byte is end-of-queue and bytes needed is not 0, return error.
	if needed != 0 {
		output = append(output, '\uFFFD')
	}
	return output
}
