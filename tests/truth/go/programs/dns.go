// Looks up the host's own name, which needs no network.
package main

import "net"

func main() {
	_, err := net.LookupHost("localhost")
	check(err)
	done()
	effect()
}
