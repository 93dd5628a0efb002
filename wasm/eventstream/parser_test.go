package eventstream_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

const bom = "\xEF\xBB\xBF"

var streams = []struct {
	name, in string
	want     []event
}{
	// Line ends
	{"LF ends a line", "data:a\n\n", messages("a")},
	{"CR ends a line", "data:a\r\r", messages("a")},
	{"CRLF is one line end", "data:a\r\ndata:b\r\n\r\n", messages("a\nb")},
	{"line ends may be mixed", "data:test\r\ndata\ndata:test\r\n\r", messages("test\n\ntest")},
	{"LF CR is two line ends", "data:a\n\rdata:b\n\r", messages("a", "b")},
	{"CR CRLF is two line ends", "data:a\r\r\n", messages("a")},
	{"CR LF LF is two line ends", "data:a\r\n\ndata:b\n\n", messages("a", "b")},
	{"CR dispatches without waiting for the next byte", "data:x\r\r", messages("x")},
	{"LF after CR does not end another line", "event:foo\rdata:x\r\r\ndata:y\n\n", []event{{Type: "foo", Data: "x"}, {Type: "message", Data: "y"}}},
	{"CRLF after a comment does not add a blank line", "data:a\r\n:\r\ndata:b\r\n\r\n", messages("a\nb")},
	{"blank lines before the first field do nothing", "\n\r\n\rdata:a\n\n", messages("a")},
	{"blank lines after a block do nothing", "data:a\n\n\n\n\ndata:b\n\n", messages("a", "b")},
	{"a stream of blank lines has no event", "\n\r\r\n\n", nil},
	{"control characters at the start of a line are part of the name", "x\n\x01data:x\r\x01data:x\ndata:y\n\n", messages("y")},
	{"a line of one space is not blank", "data:a\n \ndata:b\n\n", messages("a\nb")},
	{"a line of one NUL is not blank", "data:q\n\x00\ndata:r\n\n", messages("q\nr")},
	{"other Unicode and ASCII separators are data", "data:\u2028\u2029\u0085\v\f\x1C\n\n", messages("\u2028\u2029\u0085\v\f\x1C")},

	// End of the stream
	{"an empty stream has no event", "", nil},
	{"an unfinished line is discarded", "data:a", nil},
	{"an unfinished block is discarded", "data:a\n", nil},
	{"an unfinished block after an event is discarded", "data:a\n\ndata:b\r\n", messages("a")},
	{"an unfinished name is discarded", "data:a\n\ndat", messages("a")},
	{"an unfinished character is discarded", "data:a\n\ndata:\xE2\x82", messages("a")},

	// Comments
	{"comments are ignored", ":data:x\n:\n::\ndata:y\n\n", messages("y")},
	{"a comment does not end a block", "data:1\n:c\ndata:2\n\n", messages("1\n2")},
	{"a comment and a blank line dispatch no event", ":hi\n\n", nil},
	{"a comment does not discard data", "data:1\n:c\n\n", messages("1")},
	{"a comment may be long and contain any bytes", ":" + strings.Repeat("x\x00\xFF😀", 99) + "\ndata:a\n\n", messages("a")},

	// Field names
	{"the first colon separates name and value", "data:x:y\n\n", messages("x:y")},
	{"a line without a colon has an empty value", "data\n\n", messages("")},
	{"a line that ends with a colon has an empty value", "data:\n\n", messages("")},
	{"names are case-sensitive", "Data:x\nDATA:x\ndatA:x\ndata:y\n\n", messages("y")},
	{"a space in a name makes it unknown", "data :x\n data:x\n\tdata:x\ndata:y\n\n", messages("y")},
	{"unknown fields are ignored", "data:test\nfoobar:xxx\njust\ndata:test\n\n", messages("test\ntest")},
	{"a prefix of a known name is unknown", "d:x\ndat:x\ndat\neven:x\ni:x\nretr:1\ndata:y\n\n", messages("y")},
	{"a known name with a suffix is unknown", "dataa:x\ndatas\nevents:x\nidd:x\nids:x\nretrys:1\ndata:y\n\n", messages("y")},
	{"a very long name is unknown", strings.Repeat("data", 9) + ":x\n" + strings.Repeat("x", 64) + "data:x\ndata:y\n\n", messages("y")},
	{"a known name at the end of a longer name is unknown", "xdataevent:x\ndata:y\n\n", messages("y")},
	{"a fullwidth colon is not a colon", "data：x\ndata:y\n\n", messages("y")},
	{"a name with bytes above ASCII is unknown", "datä:x\n😀:x\nd\xFFata:x\ndata\xC3:x\ndata:y\n\n", messages("y")},
	{"names of properties of JavaScript objects are unknown", "__proto__:x\nconstructor:x\ntoString\nhasOwnProperty:x\ndata:y\n\n", messages("y")},
	{"NUL before a known name makes it unknown", ":c\n\x00data:z\n\ndata:end\n\n", messages("end")},
	{"several NULs before a known name make it unknown", "\x00\x00\x00id:1\n\x00\x00data:z\n\ndata:end\n\n", messages("end")},
	{"a long name whose last bytes encode a known name is unknown", "\x00\x00\x00\x01data:x\n\x00\x01event:x\nxx\x00\x00\x00\x00\x00\x01id:x\ndata:y\n\n", messages("y")},
	{"NUL inside a known name makes it unknown", "da\x00ta:2\ndata:1\n\n", messages("1")},
	{"NUL after a known name makes it unknown", "data\x00:2\ndata\x00\ndata:1\n\n", messages("1")},
	{"a name is unknown if its bits are those of data and a colon, one place higher or lower", "\xC8\xC2\xE8\xC2tbbb\n\n\xB20\xBA0\x1Dbbb\n\ndata:y\n\n", messages("y")},
	{"an unknown field is ignored whatever its value", "x:\x00\xFF😀\n:\xE2\x82\ndata:1\n\n", messages("1")},

	// Spaces
	{"one space is removed", "data: x\n\n", messages("x")},
	{"only the first space is removed", "data:  x\n\n", messages(" x")},
	{"a value of one space is empty", "data: \n\n", messages("")},
	{"a tab is kept", "data:\tx\n\n", messages("\tx")},
	{"other Unicode spaces are kept", "data:\u00A0x\n\n", messages("\u00A0x")},
	{"spaces at the end are kept", "data:x  \n\n", messages("x  ")},
	{"a space after another colon is kept", "data:: x\n\n", messages(": x")},

	// data
	{"data lines are joined with LF", "data:YHOO\ndata: +2\ndata: 10\n\n", messages("YHOO\n+2\n10")},
	{"two empty data lines give one LF", "data\ndata\n\n", messages("\n")},
	{"only the last LF is removed", "data:a\ndata:\ndata:\n\n", messages("a\n\n")},
	{"data is reset after each event", "data:a\n\nid\n\ndata:b\n\n", messages("a", "b")},
	{"a block without data is not an event, one with empty data is", "\ndata\n\nevent\n\n", messages("")},
	{"NUL is kept in data", "data:\x00a\x00b\x00\n\n", messages("\x00a\x00b\x00")},
	{"escape sequences are data", "data:\\r\\n\n\n", messages(`\r\n`)},
	{"line ends are found at every offset in a word", "data:1234567\ndata:12345678\ndata:123456789\r\n\r\n", messages("1234567\n12345678\n123456789")},
	{"non-ASCII characters are kept at every offset in a word", "data:é1234567é12345678é123456789é\n\n", messages("é1234567é12345678é123456789é")},
	{"other control characters are data", "data:\x01\x0E\x0C\x0B\x7F\x09\x08\x0F\x00\x1F\n\n", messages("\x01\x0E\x0C\x0B\x7F\x09\x08\x0F\x00\x1F")},
	{"a long value", "data:" + strings.Repeat("0123456789", 20) + "\n\n", messages(strings.Repeat("0123456789", 20))},

	// event
	{"event sets the type of one event", "event:test\ndata:x\n\ndata:y\n\n", []event{{Type: "test", Data: "x"}, {Type: "message", Data: "y"}}},
	{"the last event line wins", "event:a\nevent:b\ndata:x\n\n", []event{{Type: "b", Data: "x"}}},
	{"an empty event field means message", "event:a\nevent:\ndata:x\n\nevent:a\nevent\ndata:y\n\n", messages("x", "y")},
	{"event may follow data", "data:x\nid:3\nevent:a\n\n", []event{{"a", "x", "3"}}},
	{"event may stand between data lines", "data:x\nevent:a\ndata:y\n\n", []event{{Type: "a", Data: "x\ny"}}},
	{"a block without data resets the type", "event:x\n\ndata:5\n\n", messages("5")},
	{"a block with an id and without data resets the type", "event:x\nid:1\n\ndata:5\n\n", []event{{"message", "5", "1"}}},
	{"NUL is kept in the type", "event:a\x00b\ndata:q\n\n", []event{{Type: "a\x00b", Data: "q"}}},
	{"any text is a valid type", "event: __proto__ \ndata:x\n\nevent:error\ndata:y\n\n", []event{{Type: "__proto__ ", Data: "x"}, {Type: "error", Data: "y"}}},

	// id
	{"id applies to this event and later ones", "id:1\ndata:a\n\ndata:b\n\n", []event{{"message", "a", "1"}, {"message", "b", "1"}}},
	{"an empty id resets the last event ID", "id:1\ndata:1\n\nid\ndata:2\n\nid:3\ndata:3\n\nid:\ndata:4\n\n", []event{{"message", "1", "1"}, {"message", "2", ""}, {"message", "3", "3"}, {"message", "4", ""}}},
	{"the last id line wins", "id:1\nid:2\ndata:a\n\n", []event{{"message", "a", "2"}}},
	{"id may follow data", "data:a\nid:2\n\n", []event{{"message", "a", "2"}}},
	{"one space is removed from an id", "id:  abc \ndata:a\n\n", []event{{"message", "a", " abc "}}},
	{"an id with NUL is ignored", "id: ok\nid: a\x00b\ndata:y\n\n", []event{{"message", "y", "ok"}}},
	{"an id that begins with NUL is ignored", "id:\x00x\ndata:y\n\n", messages("y")},
	{"an id that ends with NUL is ignored", "id:ok\nid:123456789\x00\ndata:y\n\n", []event{{"message", "y", "ok"}}},
	{"an id of only NUL is ignored", "id:ok\nid:\x00\ndata:y\n\n", []event{{"message", "y", "ok"}}},
	{"an ignored id does not change data", "id:a\x00b\ndata:y\nid:c\x00\ndata:z\n\n", messages("y\nz")},
	{"an ignored id does not change the next id", "id:abc\x00\nid:d\ndata:y\n\n", []event{{"message", "y", "d"}}},
	{"an id with invalid UTF-8 contains U+FFFD", "id:a\xFFb\ndata:x\n\n", []event{{"message", "x", "a\uFFFDb"}}},

	// Byte order mark
	{"a byte order mark is removed", bom + "data:1\n\n", messages("1")},
	{"a second byte order mark belongs to the name", bom + bom + "data:1\n\ndata:2\n\n", messages("2")},
	{"a byte order mark on a later line belongs to the name", "data:1\n\n" + bom + "data:2\n\ndata:3\n\n", messages("1", "3")},
	{"a byte order mark after a blank line belongs to the name", "\n" + bom + "data:2\n\ndata:3\n\n", messages("3")},
	{"a line of only a byte order mark is an unknown field", "data:0\n\n" + bom + "\rdata:x\n\n", messages("0", "x")},
	{"a stream of only a byte order mark has no event", bom, nil},
	{"a byte order mark before a blank line is removed", bom + "\n\ndata:x\n\n", messages("x")},
	{"a byte order mark before CRLF is removed", bom + "\r\ndata:x\r\n\r\n", messages("x")},
	{"a byte order mark before a comment is removed", bom + ":c\ndata:x\n\n", messages("x")},
	{"two bytes of a byte order mark make the name unknown", "\xEF\xBBdata:1\n\ndata:2\n\n", messages("2")},
	{"one byte of a byte order mark makes the name unknown", "\xEFdata:1\n\ndata:2\n\n", messages("2")},
	{"a byte order mark inside a value is kept", "data:" + bom + "x\n\n", messages("\uFEFFx")},
	{"a byte order mark inside a type and an id is kept", bom + "event:" + bom + "\nid:" + bom + "\ndata:" + bom + "\n\n", []event{{"\uFEFF", "\uFEFF", "\uFEFF"}}},
	{"a UTF-16 byte order mark makes the name unknown", "\xFF\xFEd\x00a\x00t\x00a\x00:\x00x\x00\n\ndata:z\n\n", messages("z")},
	{"offsets include a byte order mark", bom + "data:a\n\nevent:b\ndata:😀c\n\n", []event{{Type: "message", Data: "a"}, {Type: "b", Data: "😀c"}}},

	// UTF-8
	{"characters of each length", "data:$£€😀\n\n", messages("$£€😀")},
	{"the first and last character of each length", "data:\x01\x7F\u0080\u07FF\u0800\uFFFF\U00010000\U0010FFFF\n\n", messages("\x01\x7F\u0080\u07FF\u0800\uFFFF\U00010000\U0010FFFF")},
	{"a character of each kind of plane", "data:\U0001F600\U00020000\U00040000\U000C0000\U000FFFFD\U00100000a\n\n", messages("\U0001F600\U00020000\U00040000\U000C0000\U000FFFFD\U00100000a")},
	{"truncated characters of each kind of plane", "data:\xF1\x80\x80|\xF3\xBF|\xF4\x8F\xBF|\xF1\n\n", messages("\uFFFD|\uFFFD|\uFFFD|\uFFFD")},
	{"the characters around the surrogates", "data:\uD7FF\uE000\n\n", messages("\uD7FF\uE000")},
	{"noncharacters are kept", "data:\uFDD0\uFFFE\uFFFF\U0001FFFE\n\n", messages("\uFDD0\uFFFE\uFFFF\U0001FFFE")},
	{"text is not normalized", "data:e\u0301É\n\n", messages("e\u0301É")},
	{"characters outside the basic plane", "event:😀a\nid:b😀\ndata:😀😀c\ndata:d\n\n", []event{{"😀a", "😀😀c\nd", "b😀"}}},
	{"offsets after each length", "data:£a\ndata:€b\ndata:😀c\ndata:\xFFd\ndata:\xF0\x9F\x98e\n\n", messages("£a\n€b\n😀c\n\uFFFDd\n\uFFFDe")},
	{"offsets after ignored text", ":😀€\nx😀:€\nid:😀\x00\nretry:😀\ndata:😀a\n\n", messages("😀a")},
	{"bytes that begin no character", "data:\xFF|\xFE|\xF5|\xF8|\xC0|\xC1\n\n", messages("\uFFFD|\uFFFD|\uFFFD|\uFFFD|\uFFFD|\uFFFD")},
	{"lone continuation bytes", "data:\x80|\xBF\x80|\x80\x80\x80\x80\n\n", messages("\uFFFD|\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD\uFFFD")},
	{"one continuation byte too many", "data:£\x80€\x80😀\x80\n\n", messages("£\uFFFD€\uFFFD😀\uFFFD")},
	{"overlong forms of two bytes", "data:\xC0\x80|\xC1\xBF\n\n", messages("\uFFFD\uFFFD|\uFFFD\uFFFD")},
	{"overlong forms of three bytes", "data:\xE0\x80\x80|\xE0\x9F\xBF\n\n", messages("\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD")},
	{"overlong forms of four bytes", "data:\xF0\x80\x80\x80|\xF0\x8F\xBF\xBF\n\n", messages("\uFFFD\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD\uFFFD")},
	{"an overlong LF does not end a line", "data:\xC0\x8A\xE0\x80\x8A\n\n", messages("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")},
	{"surrogates", "data:\xED\xA0\x80|\xED\xBF\xBF\n\n", messages("\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD")},
	{"a pair of surrogates", "data:\xED\xA0\xBD\xED\xB8\x80\n\n", messages("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")},
	{"above U+10FFFF", "data:\xF4\x90\x80\x80|\xF5\x80\x80\x80\n\n", messages("\uFFFD\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD\uFFFD")},
	{"truncated, then ASCII", "data:\xC3x\xE2x\xE2\x82x\xF0x\xF0\x9Fx\xF0\x9F\x98x\n\n", messages("\uFFFDx\uFFFDx\uFFFDx\uFFFDx\uFFFDx\uFFFDx")},
	{"truncated, then ASCII, then the rest", "data:\xE2x\xAC|\xE2\x82x\xAC|\xF0x\x98\x80\ndata:\xE2\n\xAC\n\n", messages("\uFFFDx\uFFFD|\uFFFDx\uFFFD|\uFFFDx\uFFFD\uFFFD\n\uFFFD")},
	{"truncated, then LF", "data:\xE2\x82\ndata:y\n\n", messages("\uFFFD\ny")},
	{"truncated, then CR", "data:\xF0\x9F\x98\rdata:\xC3\r\r", messages("\uFFFD\n\uFFFD")},
	{"truncated, then CRLF", "data:\xF0\x9F\r\n\r\ndata:y\n\n", messages("\uFFFD", "y")},
	{"truncated, then NUL", "data:\xE2\x82\x00\n\n", messages("\uFFFD\x00")},
	{"truncated, then a character", "data:\xE2\x82£\xF0\x9F\x98€\xC3😀\n\n", messages("\uFFFD£\uFFFD€\uFFFD😀")},
	{"truncated, then truncated", "data:\xE2\x82\xE2\x82\xF0\x9F\xF0\x9F\x98\xC3\xC3\n\n", messages("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")},
	{"truncated, then overlong", "data:\xE2\x82\xC0\x80\xE1\x80\xE0\x80\n\n", messages("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")},
	{"truncated in a name", "dat\xE2\x82:x\nda\xF0\x9Fta:x\ndata:y\n\n", messages("y")},
	{"truncated in a comment", ":\xF0\x9F\x98\n\ndata:y\n\n", messages("y")},
	{"invalid UTF-8 at the start of a line", "\xFFdata:x\n\xE2\x82\ndata:y\n\n", messages("y")},

	// Together
	{"a stream with all features", bom + ": all\r\nretry: 10\r\nid: 1\r\nevent: größe\r\ndata: 1 €\r\ndata: 😀\r\n\r\nid: a\x00\ndata\n\rdata: \xE2\x82\r\r\n", []event{{"größe", "1 €\n😀", "1"}, {"message", "", "1"}, {"message", "\uFFFD", "1"}}},
}

func TestParser(t *testing.T) {
	for _, tt := range streams {
		t.Run(tt.name, func(t *testing.T) {
			for _, chunks := range splits(tt.in) {
				require.Equal(t, tt.want, parse(t, chunks).Events, "chunks %q", chunks)
			}
		})
	}
}

var lastEventIDs = []struct {
	name, in, want string
}{
	{"an event sets the last event ID string", "id:1\ndata:a\n\n", "1"},
	{"a block without data sets it", "id:7\n\n", "7"},
	{"a block with a type and no data sets it", "event:x\nid:7\n\n", "7"},
	{"an unfinished line does not set it", "id:1\ndata:a\n\nid:2", "1"},
	{"an unfinished block does not set it", "id:1\ndata:a\n\nid:2\ndata:b\n", "1"},
	{"an empty id resets it", "id:1\n\nid\n\n", ""},
	{"an id with NUL does not change it", "id:1\n\nid:2\x00\n\n", "1"},
	{"an ignored id does not replace an earlier one", "id:1\nid:2\x00\n\n", "1"},
	{"blank lines do not change it", "id:1\n\n\n\n\n", "1"},
	{"it may be any Unicode text", "id:…😀\n\n", "…😀"},
	{"control characters are kept", "id:a\tb\x01c\x7Fd\fe\n\n", "a\tb\x01c\x7Fd\fe"},
}

func TestLastEventID(t *testing.T) {
	for _, tt := range lastEventIDs {
		t.Run(tt.name, func(t *testing.T) {
			for _, chunks := range splits(tt.in) {
				require.Equal(t, tt.want, parse(t, chunks).LastEventID, "chunks %q", chunks)
			}
		})
	}
}

var reconnectionTimes = []struct {
	name, in string
	want     int32
}{
	{"a stream without the field sets none", "data:1\n\n", -1},
	{"digits set it", "retry:600\n", 600},
	{"zero sets it", "retry:0\n", 0},
	{"a space is removed", "retry: 600\n", 600},
	{"a blank line is not needed", "retry:700\ndata:x", 700},
	{"a line end is needed", "retry:900\n\nretry:700", 900},
	{"CR is a line end", "retry:700\r", 700},
	{"leading zeros are allowed", "retry:03000\n", 3000},
	{"many leading zeros are allowed", "retry:" + strings.Repeat("0", 40) + "12\n", 12},
	{"the last one wins", "retry:900\nretry:600\n", 600},
	{"a later block overrides it", "retry:900\n\nretry:600\n\n", 600},
	{"letters make it invalid", "retry:900\nretry:600x\nretry:x600\nretry:6e2\nretry:0x10\n", 900},
	{"signs make it invalid", "retry:900\nretry:-600\nretry:+600\n", 900},
	{"punctuation makes it invalid", "retry:900\nretry:600.5\nretry:6,00\n", 900},
	{"a second space makes it invalid", "retry:900\nretry:  600\nretry:600 \nretry:\t600\nretry:6 00\n", 900},
	{"NUL makes it invalid", "retry:900\nretry:600\x00\nretry:\x00600\n", 900},
	{"a colon makes it invalid", "retry:900\nretry:600:\nretry::600\n", 900},
	{"non-ASCII digits make it invalid", "retry:900\nretry:٦٠٠\nretry:６００\nretry:6０0\n", 900},
	{"invalid UTF-8 makes it invalid", "retry:900\nretry:600\xFF\nretry:\xB2\n", 900},
	{"the ASCII neighbors of digits make it invalid", "retry:900\nretry:6/\nretry:6:\n", 900},
	{"an invalid one does not affect the next", "retry:9x\nretry:600\n", 600},
	{"an empty value is ignored", "retry:900\nretry\nretry:\nretry: \n", 900},
	{"an empty value in the first line is ignored", "retry\n", -1},
	{"the largest value", "retry:2147483647\n", eventstream.MaxRetry},
	{"larger values saturate", "retry:2147483648\n", eventstream.MaxRetry},
	{"values above 32 bits saturate", "retry:4294967996\n", eventstream.MaxRetry},
	{"values above 64 bits saturate", "retry:18446744073709551617\n", eventstream.MaxRetry},
	{"values of 400 digits saturate", "retry:" + strings.Repeat("9", 400) + "\n", eventstream.MaxRetry},
	{"a large value that ends in a letter is invalid", "retry:900\nretry:" + strings.Repeat("9", 40) + "x\n", 900},
	{"the name is case-sensitive", "Retry:600\n", -1},
}

func TestRetry(t *testing.T) {
	for _, tt := range reconnectionTimes {
		t.Run(tt.name, func(t *testing.T) {
			for _, chunks := range splits(tt.in) {
				require.Equal(t, tt.want, parse(t, chunks).Retry, "chunks %q", chunks)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	type token = eventstream.Token
	tests := []struct {
		name   string
		chunks []string // want is the tokens of the last chunk
		want   []token
	}{
		{"a one-line event is one token", []string{"data: a\n\n"}, []token{{eventstream.Event, 6, 7}}},
		{"lines without effect need no token", []string{"\n\n:c\nx:y\nretry:1\n\n"}, nil},
		{"lines of one event", []string{"data:ab\ndata\n\n"}, []token{{eventstream.Data, 5, 7}, {eventstream.Line, 12, 12}, {Kind: eventstream.Dispatch}}},
		{"type and id before data", []string{"event:a\nid:b\ndata:c\n\n"}, []token{{eventstream.Type, 6, 7}, {eventstream.ID, 11, 12}, {eventstream.Event, 18, 19}}},
		{"type and id after data", []string{"data:c\nevent:a\nid:b\n\n"}, []token{{eventstream.Data, 5, 6}, {eventstream.Type, 13, 14}, {eventstream.ID, 18, 19}, {Kind: eventstream.Dispatch}}},
		{"a block without data and blank lines after it", []string{"id:b\n\n\n\n"}, []token{{eventstream.ID, 3, 4}, {Kind: eventstream.Commit}}},
		{"offsets count bytes", []string{"\uFEFFdata:é€😀\xFF\n\n"}, []token{{eventstream.Event, 8, 18}}},
		{"a value continues in the next chunk", []string{"data: ab"}, []token{{eventstream.Append, 6, 8}}},
		{"a value continues through a whole chunk", []string{"data: ab", "cd"}, []token{{eventstream.Append, 0, 2}}},
		{"a value ends in a later chunk", []string{"data: ab", "cd", "e\n\n"}, []token{{eventstream.Event, 0, 1}}},
		{"a value ends at the start of a later chunk", []string{"id: ab", "\n"}, []token{{eventstream.ID, 0, 0}}},
		{"a value of which no byte has come needs no token", []string{"data: "}, nil},
		{"a comment that continues needs no token", []string{":a", "b"}, nil},
		{"a character may be cut by the chunk", []string{"data:a\xE2\x82"}, []token{{eventstream.Append, 5, 8}}},
		{"a cut character is completed in the next chunk", []string{"data:a\xE2\x82", "\xACb\n"}, []token{{eventstream.Data, 0, 2}}},
		{"a line that ends with the chunk", []string{"data:a\n", "\n"}, []token{{Kind: eventstream.Dispatch}}},
		{"an id turns out to be invalid", []string{"id:ab", "c\x00d"}, []token{{Kind: eventstream.Discard}}},
		{"an invalid id continues", []string{"id:ab", "c\x00", "d\x00\n"}, nil},
		{"an id after an invalid one", []string{"id:ab", "\x00\n", "id:\x00\nid:c\n"}, []token{{Kind: eventstream.Discard}, {eventstream.ID, 8, 9}}},
		{"an invalid id is discarded once", []string{"id:\x00", "ab\x00\n"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newClient(t)
			for _, chunk := range tt.chunks {
				p.feed([]byte(chunk))
			}
			for i, token := range p.tokens {
				if token.Kind >= eventstream.Discard && token.Kind != eventstream.Event {
					p.tokens[i] = eventstream.Token{Kind: token.Kind} // its offsets have no meaning
				}
			}
			require.Equal(t, tt.want, p.tokens)
		})
	}
}

// TestNumbers checks the numbers that the caller's side has too, or that documents state.
func TestNumbers(t *testing.T) {
	require.EqualValues(t, 128<<20, eventstream.MaxEvent)
	require.Equal(t, 32, eventstream.PieceCost)
	require.EqualValues(t, 2147483647, eventstream.MaxRetry)
	for i, kind := range []eventstream.Kind{
		eventstream.CommentLine, eventstream.ID, eventstream.Type, eventstream.Data, eventstream.Line,
		eventstream.Append, eventstream.Discard, eventstream.Commit, eventstream.Dispatch, eventstream.Event,
	} {
		require.EqualValues(t, 4+i, kind)
	}
	for n, want := range []int{1, 1, 2, 2, 3} {
		require.Equal(t, want, eventstream.MaxTokens(n))
	}
}

func TestReset(t *testing.T) {
	tests := []struct {
		name, first, second string
		want                []event
	}{
		{"drops an unfinished line", "data:a", "data:b\n\n", messages("b")},
		{"drops an unfinished name", "da", "data:b\n\n", messages("b")},
		{"drops an unfinished block", "data:a\n", "data:b\n\n", messages("b")},
		{"drops the type", "event:a\n", "\ndata:b\n\n", messages("b")},
		{"drops an invalid id", "id:\x00", "id:1\ndata:b\n\n", []event{{"message", "b", "1"}}},
		{"drops an unfinished character", ":\xE2\x82", "\xAC\ndata:b\n\n", messages("b")},
		{"drops a CR", "data:a\r", "\n\ndata:b\n\n", messages("b")},
		{"removes a byte order mark again", bom + "data:a\n", bom + "data:b\n\n", messages("b")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			first := parse(t, [][]byte{[]byte(tt.first)})
			first.parser.Reset()

			second := newClient(t)
			second.parser = first.parser
			second.feed([]byte(tt.second))
			require.Equal(t, tt.want, second.Events)
		})
	}
}

func TestTooLong(t *testing.T) {
	const most = eventstream.MaxEvent
	const piece = eventstream.PieceCost
	tests := []struct {
		name   string
		before string
		cost   int // of the rest of the line, in bytes including PieceCost
		want   bool
	}{
		{"data of the largest size", "data:", most, false},
		{"data, one byte too long", "data:", most + 1, true},
		{"two lines of the largest size", "data:a\ndata:", most - 1 - piece, false},
		{"two lines, one byte too long", "data:a\ndata:", most - piece, true},
		{"bytes count, not characters", "data:£€😀", most - 9 - piece, false},
		{"bytes count, one byte too long", "data:£€😀", most - 8 - piece, true},
		{"an id counts", "data:a\nid:", most - piece, true},
		{"a type counts", "data:a\nevent:", most - piece, true},
		{"an earlier block does not count", "data:a\n\ndata:", most, false},
		{"an earlier block does not count, one byte too long", "data:a\n\ndata:", most + 1, true},
		{"an earlier block that ends with an id does not count", "data:a\nid:1\n\ndata:", most, false},
		{"an earlier block without data does not count", "event:a\nid:1\n\ndata:", most, false},
		{"a comment does not count", "data:a\n:", 2 * most, false},
		{"an unknown field does not count", "data:a\nx:", 2 * most, false},
		{"an invalid id does not count", "data:a\nid:\x00", 2 * most, false},
		{"a reconnection time does not count", "data:a\nretry:", 2 * most, false},
	}
	const size = 1 << 20
	letters := bytes.Repeat([]byte("x"), size)
	out := make([]eventstream.Token, eventstream.MaxTokens(size))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := parse(t, [][]byte{[]byte(tt.before)})
			for left := tt.cost - piece; left > 0; left -= size {
				p.parser.Feed(letters[:min(left, size)-piece], out)
			}
			p.feed([]byte("\n"))
			require.Equal(t, tt.want, p.parser.TooLong())

			count := len(p.Events)
			p.feed([]byte("\n"))
			require.Equal(t, tt.want, len(p.Events) == count, "an event that is too long is not dispatched")
			if tt.want {
				p.feed([]byte("more\n\ndata:a\n\n"))
				require.Empty(t, p.tokens, "the rest of the stream is ignored")
			}
		})
	}
}

// TestTooManyLines checks that empty lines count: they use the caller's memory.
func TestTooManyLines(t *testing.T) {
	const count = 1 << 10
	lines := bytes.Repeat([]byte("data\n"), count)
	out := make([]eventstream.Token, eventstream.MaxTokens(len(lines)))
	var p eventstream.Parser
	p.Reset()
	for range eventstream.MaxEvent / eventstream.PieceCost / count {
		p.Feed(lines, out)
		require.False(t, p.TooLong())
	}
	p.Feed(lines, out)
	require.True(t, p.TooLong())
}

func TestFeedDoesNotAllocate(t *testing.T) {
	var stream []byte
	for _, tt := range streams {
		stream = append(stream, tt.in...)
	}
	out := make([]eventstream.Token, eventstream.MaxTokens(len(stream)))

	var p eventstream.Parser
	p.Reset()
	require.Zero(t, testing.AllocsPerRun(10, func() { p.Feed(stream, out) }))
}

// splits returns the stream cut into chunks in several ways: whole, byte by byte,
// byte by byte with empty chunks between, and in two at every position.
func splits(stream string) [][][]byte {
	all := [][][]byte{
		cut([]byte(stream), nil),
		cut([]byte(stream), []byte{1}),
		cut([]byte(stream), []byte{1, 0}),
	}
	for i := range len(stream) {
		all = append(all, [][]byte{[]byte(stream[:i]), []byte(stream[i:])})
	}
	return all
}

// messages returns events of type message without a last event ID.
func messages(data ...string) []event {
	var events []event
	for _, d := range data {
		events = append(events, event{Type: "message", Data: d})
	}
	return events
}
