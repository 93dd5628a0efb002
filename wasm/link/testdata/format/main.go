// Command format uses package fmt.
package main

import "fmt"

func main() {}

//go:wasmexport show
func show(n int32) { fmt.Println(n) }
