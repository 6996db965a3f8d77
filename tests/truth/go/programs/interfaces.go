// Lists the network interfaces; every host has one.
package main

import "net"

func main() {
	found, err := net.Interfaces()
	check(err)
	done()
	if len(found) > 0 {
		effect()
	}
}
