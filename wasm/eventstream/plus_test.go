//go:build plus

package eventstream_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"eventsource-wasm/wasm/eventstream"
)

// extended returns a parser with a limit and tokens for comments.
func extended(limit int, comments bool) *eventstream.Parser {
	p := new(eventstream.Parser)
	p.Reset()
	p.Extend(limit, comments)
	return p
}

// feed returns the tokens of a chunk, those without text with no offsets.
func feed(p *eventstream.Parser, chunk string) []eventstream.Token {
	out := make([]eventstream.Token, eventstream.MaxTokens(len(chunk)))
	tokens := out[:p.Feed([]byte(chunk), out)]
	for i, t := range tokens {
		if t.Kind == eventstream.Commit || t.Kind == eventstream.Dispatch {
			tokens[i] = eventstream.Token{Kind: t.Kind}
		}
	}
	return tokens
}

func TestPlusComments(t *testing.T) {
	type token = eventstream.Token
	const comment = eventstream.CommentLine
	tests := []struct {
		name   string
		chunks []string // want is the tokens of the last chunk
		want   []token
	}{
		{"a comment is a token", []string{":ab\n"}, []token{{comment, 1, 3}}},
		{"one space is removed", []string{":  ab\n"}, []token{{comment, 2, 5}}},
		{"a comment may be empty", []string{":\n"}, []token{{comment, 1, 1}}},
		{"a comment may contain a colon", []string{"::a\n"}, []token{{comment, 1, 3}}},
		{"a comment continues in the next chunk", []string{":ab"}, []token{{eventstream.Append, 1, 3}}},
		{"a comment ends in the next chunk", []string{":ab", "c\n"}, []token{{comment, 0, 1}}},
		{"a comment begins in the next chunk", []string{":", " ab\n"}, []token{{comment, 1, 3}}},
		{"a comment and a blank line are not a block", []string{":a\n\n"}, []token{{comment, 1, 2}}},
		{"a comment in a block with data", []string{"data:a\n:b\n\n"}, []token{{eventstream.Data, 5, 6}, {comment, 8, 9}, {Kind: eventstream.Dispatch}}},
		{"a comment before data", []string{":b\ndata:a\n\n"}, []token{{comment, 1, 2}, {eventstream.Event, 8, 9}}},
		{"a comment in a block with an id", []string{"id:a\n:b\n\n"}, []token{{eventstream.ID, 3, 4}, {comment, 6, 7}, {Kind: eventstream.Commit}}},
		{"an unknown field is not a comment", []string{"x:a\n:b\n"}, []token{{comment, 5, 6}}},
		{"an empty line with CR LF is not a comment", []string{"\r\n:b\r\n"}, []token{{comment, 3, 4}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := extended(1000, true)
			var got []token
			for _, chunk := range tt.chunks {
				got = feed(p, chunk)
			}
			require.Equal(t, tt.want, got)
		})
	}
	require.Empty(t, feed(extended(1000, false), ":a\n:\n"), "comments are tokens only if they are wanted")
}

func TestPlusLimit(t *testing.T) {
	const cost = eventstream.PieceCost
	const limit = 100
	tests := []struct {
		name, stream string
		want         bool
	}{
		{"an event of the largest size", "data:" + strings.Repeat("a", limit-cost) + "\n\n", false},
		{"one byte more", "data:" + strings.Repeat("a", limit-cost+1) + "\n\n", true},
		{"an event of the largest size after a comment", ":1\ndata:" + strings.Repeat("a", limit-cost) + "\n\n", false},
		{"one byte more after a comment", ":1\ndata:" + strings.Repeat("a", limit-cost+1) + "\n\n", true},
		{"one byte more after an event of two lines", "data:1\ndata:2\n\ndata:" + strings.Repeat("a", limit-cost+1) + "\n\n", true},
		{"many comments outside of blocks", strings.Repeat(":1234567890\n", 9), false},
		{"many comments after a reconnection time", "retry:1\n" + strings.Repeat(":1234567890\n", 9), false},
		{"many comments after an unknown field", "x:1\n" + strings.Repeat(":1234567890\n", 9), false},
		{"a long comment outside of blocks", ":" + strings.Repeat("a", 2*limit) + "\n", false},
		{"a long comment outside of blocks that does not end", ":" + strings.Repeat("a", 2*limit), true},
		{"comments in a block with an id", "id:1\n:1234567890\n:1234567890\n", true},
		{"comments in a block with a type", "event:1\n:1234567890\n:1234567890\n", true},
		{"comments in a block with data", "data:1\n:1234567890\n:1234567890\n", true},
		{"a comment after an event", "data:" + strings.Repeat("a", limit-cost) + "\n\n:1\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := extended(limit, true)
			feed(p, tt.stream)
			require.Equal(t, tt.want, p.TooLong())
		})
	}
}
