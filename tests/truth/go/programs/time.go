// Sleeps, and reads the clock.
package main

import "time"

func main() {
	start := time.Now()
	time.Sleep(50 * time.Millisecond)
	done()
	if time.Since(start) >= 50*time.Millisecond {
		effect()
	}
}
