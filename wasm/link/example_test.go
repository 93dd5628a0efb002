package link_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tetratelabs/wazero"

	"eventsource-wasm/wasm/link"
)

// Any WebAssembly engine can run the module, because it has no imports.
func Example() {
	program, err := link.Build("testdata/adder")
	if err != nil {
		log.Fatal(err)
	}
	module, err := program.Link()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("less than 100 bytes:", len(module) < 100)

	ctx := context.Background()
	engine := wazero.NewRuntime(ctx)
	defer engine.Close(ctx)
	instance, err := engine.Instantiate(ctx, module)
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		results, err := instance.ExportedFunction("add").Call(ctx, 21)
		fmt.Println(results, err)
	}

	// Output:
	// less than 100 bytes: true
	// [21] <nil>
	// [42] <nil>
}
