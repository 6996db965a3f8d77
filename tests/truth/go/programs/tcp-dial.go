// Connects to the host's listener on the port in PORT.
package main

import (
	"net"
	"os"
)

func main() {
	_, err := net.Dial("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	check(err)
	done()
}
