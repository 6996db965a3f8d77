// Sixteen random bytes of the system.
package main

import "crypto/rand"

func main() {
	bytes := make([]byte, 16)
	_, err := rand.Read(bytes)
	check(err)
	done()
	effect()
}
