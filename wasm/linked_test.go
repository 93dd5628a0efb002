package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"eventsource-wasm/wasm/eventstream"
	"eventsource-wasm/wasm/link"
)

// TestLinked checks that all builds of this package behave alike. It opens several
// connections and feeds them random responses and failures.
func TestLinked(t *testing.T) {
	b := newBuilds(t)
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			b.t = t
			b.useRandomly(rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

// TestLinkedLimits checks that all builds enforce the same limits.
func TestLinkedLimits(t *testing.T) {
	b := newBuilds(t)
	handle := b.call("open")
	b.respond(handle, 200, "text/event-stream")
	b.feed(handle, []byte("data:"))
	part := bytes.Repeat([]byte("x"), chunkSize-eventstream.PieceCost)
	for range eventstream.MaxEvent / chunkSize {
		require.Equal(t, nothing, b.feed(handle, part))
	}
	require.Equal(t, fail, b.feed(handle, part))
	b.call("close", handle)

	for range maxConnections {
		require.GreaterOrEqual(t, b.call("open"), int32(0))
	}
	require.EqualValues(t, none, b.call("open"))
}

// FuzzLinked checks that all builds parse any stream alike, in chunks of any size.
func FuzzLinked(f *testing.F) {
	b := newBuilds(f)
	f.Add([]byte("\uFEFF: all\r\nretry: 10\r\nid: 1\r\nevent: größe\r\ndata: 1 €\r\ndata: 😀\r\n\r\nid: a\x00\ndata\n\rdata: \xE2\x82\r\r\n"), []byte{0, 1, 7})
	f.Add([]byte("\xFF\xF4\x90\x80\x80\xED\xA0\x80\xF0\x9F\n\xF0\x9F\x98"), []byte{2})
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		b.t = t
		handle := b.call("open")
		b.respond(handle, 200, "text/event-stream")
		for i := 0; len(stream) > 0 && i < 1000; i++ {
			size := min(len(stream), chunkSize)
			if len(sizes) > 0 {
				size = min(size, int(sizes[i%len(sizes)]))
			}
			b.feed(handle, stream[:size])
			stream = stream[size:]
		}
		b.call("delay", handle)
		b.call("end", handle)
		b.call("close", handle)
	})
}

// TestLinkedTraps checks that the linked module traps where Go panics, and that
// it still works after the trap.
func TestLinkedTraps(t *testing.T) {
	for _, build := range []build{newLinked(t), newShipped(t)} {
		handle, err := build.call("open")
		require.NoError(t, err)
		_, err = build.call("respond", handle, 200, chunkSize+1)
		require.ErrorContains(t, err, "unreachable", build.name)
		for _, other := range []int32{none, 0, handle + 1, handle + maxConnections, -handle} {
			_, err = build.call("end", other)
			require.ErrorContains(t, err, "unreachable", "%s: %d", build.name, other)
		}
		action, err := build.call("end", handle)
		require.NoError(t, err)
		require.Equal(t, reestablish, action, build.name)
	}
}

// A build is a form of this package that can be called.
type build struct {
	name   string
	call   func(function string, arguments ...int32) (int32, error)
	window func() []byte
}

// builds calls all builds and checks that they behave alike.
type builds struct {
	t   testing.TB
	all []build
}

func newBuilds(t testing.TB) *builds {
	clear(places[:]) // as in a new instance of a module
	clear(native.window())
	return &builds{t, []build{native, newStock(t), newLinked(t), newShipped(t)}}
}

// call calls a function of each build, checks that results and windows are equal,
// and returns the result.
func (b *builds) call(function string, arguments ...int32) int32 {
	var result int32
	var window []byte
	for i, build := range b.all {
		r, err := build.call(function, arguments...)
		require.NoError(b.t, err, "%s: %s%v", build.name, function, arguments)
		if i == 0 {
			result, window = r, build.window()
			continue
		}
		require.Equal(b.t, result, r, "%s: %s%v", build.name, function, arguments)
		if !bytes.Equal(window, build.window()) {
			count := *(*int32)(unsafe.Pointer(&window[0]))
			end := 4 + 12*count
			require.Equal(b.t, window[:end], build.window()[:end], "%s: %s%v", build.name, function, arguments)
			require.Fail(b.t, "the windows differ", "%s: %s%v", build.name, function, arguments)
		}
	}
	return result
}

// put copies p into the chunk of each build.
func (b *builds) put(p []byte) int32 {
	for _, build := range b.all {
		copy(build.window()[int(unsafe.Offsetof(window.chunk)):], p)
	}
	return int32(len(p))
}

func (b *builds) respond(handle, status int32, contentType string) int32 {
	return b.call("respond", handle, status, b.put([]byte(contentType)))
}

func (b *builds) feed(handle int32, chunk []byte) int32 {
	return b.call("feed", handle, b.put(chunk))
}

// useRandomly opens five connections and does 300 random things to them.
func (b *builds) useRandomly(r *rand.Rand) {
	var handles []int32
	for range 5 {
		handles = append(handles, b.call("open"))
	}
	streams := map[int32][]byte{} // the bytes not yet fed, by handle
	for range 300 {
		i := r.IntN(len(handles))
		handle := handles[i]
		switch r.IntN(20) {
		case 0:
			b.call("close", handle)
			handles[i] = b.call("open")
		case 4:
			b.respond(handle, oneOf[int32](r, 200, 200, 200, 204), randomContentType(r))
		case 5:
			b.call("end", handle)
		case 6:
			b.call("elapse", handle)
		case 7, 8, 9: // a usual reconnection
			b.call("end", handle)
			b.call("elapse", handle)
			b.respond(handle, 200, "text/event-stream")
			streams[handle] = randomStream(r)
		default:
			stream := streams[handle]
			size := min(len(stream), oneOf(r, 0, 1, 2, 3, 10, 100, 1000, chunkSize))
			b.feed(handle, stream[:size])
			streams[handle] = stream[size:]
		}
	}
	for _, handle := range handles {
		b.call("close", handle)
	}
}

func oneOf[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// randomContentType returns a header made of pieces that a MIME type parser
// treats specially.
func randomContentType(r *rand.Rand) string {
	var header string
	for range r.IntN(8) {
		header += oneOf(r, "text/event-stream", "Text/Event-STREAM", "text/html", "*/*", "x", "/", ",", ", ", ";", "a=", `"`, `\`, " ", "\t", "\x00", "\x80")
	}
	return header
}

// randomStream returns a stream made of pieces that the parser treats specially.
func randomStream(r *rand.Rand) []byte {
	var stream []byte
	if r.IntN(3) == 0 {
		stream = append(stream, "\uFEFF"...)
	}
	repeat := oneOf(r, 1, 1, 1, 1, 10, 5000) // a chunk of repeats is full of tokens
	for range 100 {
		var part string
		for range 1 + r.IntN(3) {
			part += oneOf(r,
				"data:", "data: ", "data", "event:", "id:", "id", "retry:", ":", "dat", "x",
				"\n", "\n", "\n", "\n\n", "\r", "\r\n", "\r\n\r\n",
				"id:ab\x00\n", "a", " ", "é", "€", "😀", "\x00", "\uFEFF", "12", "2147483648", strings.Repeat("0123456789", 10),
				"\x80", "\xFF", "\xC3", "\xE2\x82", "\xF0\x9F", "\xF0\x9F\x98", "\xED\xA0\x80", "\xC0\x8A", "\xF4\x90\x80\x80",
				string(rune(r.IntN(0x3000))), string([]byte{byte(r.IntN(256)), byte(r.IntN(256))}))
		}
		stream = append(stream, strings.Repeat(part, repeat)...)
		if repeat > 100 {
			break
		}
	}
	return stream
}

// native is this package as compiled into the test.
var native = build{
	name: "native",
	call: func(function string, arguments ...int32) (int32, error) {
		switch function {
		case "open":
			return open(), nil
		case "respond":
			return respond(arguments[0], arguments[1], arguments[2]), nil
		case "feed":
			return feed(arguments[0], arguments[1]), nil
		}
		return functions[function](arguments[0]), nil
	},
	window: func() []byte {
		return unsafe.Slice((*byte)(unsafe.Pointer(&window)), unsafe.Sizeof(window))
	},
}

// program is this package, built once.
var program = sync.OnceValues(func() (*link.Program, error) { return link.Build(".") })

// newStock returns the module that the Go toolchain builds.
func newStock(t testing.TB) build {
	p, err := program()
	require.NoError(t, err)
	return instantiate(t, "stock", p.Stock, api.CoreFeaturesV2)
}

// newLinked returns the module that package link makes. It is valid WebAssembly
// 1.0 and has no imports.
func newLinked(t testing.TB) build {
	p, err := program()
	require.NoError(t, err)
	module, err := p.Link()
	require.NoError(t, err)
	return instantiate(t, "linked", module, api.CoreFeaturesV1)
}

// newShipped returns the module that pages load: the linked module, optimised.
func newShipped(t testing.TB) build {
	module, err := os.ReadFile("../polyfill/dist/eventsource.wasm")
	require.NoError(t, err)
	return instantiate(t, "shipped", module, api.CoreFeaturesV1)
}

func instantiate(t testing.TB, name string, module []byte, features api.CoreFeatures) build {
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(features))
	t.Cleanup(func() { require.NoError(t, runtime.Close(ctx)) })
	if name == "stock" {
		wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	}
	instance, err := runtime.InstantiateWithConfig(ctx, module, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	require.NoError(t, err, name)

	call := func(function string, arguments ...int32) (int32, error) {
		stack := make([]uint64, max(1, len(arguments)))
		for i, argument := range arguments {
			stack[i] = api.EncodeI32(argument)
		}
		f := instance.ExportedFunction(function)
		err := f.CallWithStack(ctx, stack)
		if len(f.Definition().ResultTypes()) == 0 {
			return 0, err
		}
		return api.DecodeI32(stack[0]), err
	}
	address, err := call("address")
	require.NoError(t, err, name)
	return build{name, call, func() []byte {
		bytes, _ := instance.Memory().Read(uint32(address), uint32(unsafe.Sizeof(window)))
		return bytes
	}}
}
