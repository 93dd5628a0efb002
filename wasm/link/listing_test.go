package link

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListing(t *testing.T) {
	l := readListing(`# example/pkg
example/pkg.f STEXT nosplit size=5 args=0x8 locals=0x18 funcid=0x0 align=0x0
	0x0000 00000 (pkg/a.go:3)	TEXT	example/pkg.f(SB), ABIInternal, $24-8
	0x0000 00000 (pkg/a.go:4)	I64Const	$example/pkg.v+8(SB)
	0x0000 00000 (strings/b.go:70)	I32Const	$5
	0x0001 00001 (strings/b.go:71)	Call	strings.g<ABI0>(SB)
	0x0001 00001 (pkg/a.go:6)	CallIndirect
	0x0001 00001 (pkg/a.go:7)	I64Const	$go:string."a) (b+1"(SB)
	0x0000 01 01 7f 23 00 21 01 02 40 02 40 20 28 0e 01 00  ...#.!..@.@ (...
	rel 19+1 t=R_ADDR example/pkg.v+8
	rel 25+1 t=R_CALL strings.g+0
	rel 30+1 t=R_ADDR go:string."a) (b+1"+0
slices.h[go.shape.struct { a int }] STEXT dupok size=2 args=0x0 locals=0x0 funcid=0x0 align=0x0
	0x0000 00000 (slices/c.go:3)	TEXT	slices.h[go.shape.struct { a int }](SB), DUPOK|ABIInternal, $0-0
	0x0001 00001 (slices/c.go:4)	Call	example/pkg.f(SB)
example/pkg.v SNOPTRBSS size=16
 SDWARFVAR size=29
	rel 16+8 t=R_ADDR example/pkg.v+0
example/pkg.w SDATA size=8
	rel 0+8 t=R_ADDR example/pkg.v+-8
`)
	f, h := l.symbols["example/pkg.f"], l.symbols["slices.h[go.shape.struct { a int }]"]
	require.Equal(t, &symbol{
		name: "example/pkg.f", kind: "STEXT", size: 5, pos: "pkg/a.go:3",
		refs: []string{"example/pkg.v", "strings.g", `go:string."a) (b+1"`},
		code: []reference{
			{false, "example/pkg.v", 8, "pkg/a.go:4"},
			{true, "strings.g", 0, "pkg/a.go:4"},
			{true, "", 0, "pkg/a.go:6"},
			{false, `go:string."a) (b+1"`, 0, "pkg/a.go:7"},
		},
	}, f)
	require.Empty(t, h.pos, "the standard library has no positions")
	require.Equal(t, []reference{{true, "example/pkg.f", 0, ""}}, h.code)
	require.Equal(t, map[string][]*symbol{"example_pkg.f": {f}, "slices.h_go.shape.struct___a_int___": {h}}, l.functions)

	require.Equal(t, &symbol{name: "example/pkg.v", kind: "SNOPTRBSS", size: 16}, l.symbols["example/pkg.v"])
	require.True(t, l.symbols["example/pkg.v"].isZero())
	require.False(t, l.symbols["example/pkg.w"].isZero())
	require.Equal(t, []string{"example/pkg.v"}, l.symbols["example/pkg.w"].refs)
	require.Len(t, l.symbols, 4)
}
