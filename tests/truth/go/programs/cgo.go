// Calls a C function.
package main

// static int one(void) { return 1; }
import "C"

func main() {
	if C.one() == 1 {
		done()
		effect()
	}
}
