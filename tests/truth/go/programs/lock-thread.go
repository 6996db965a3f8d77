// Ties a goroutine to its thread.
package main

import "runtime"

func main() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	done()
	effect()
}
