// Sends a datagram through a connected socket to the port in PORT; the host waits for it.
package main

import (
	"net"
	"os"
)

func main() {
	conn, err := net.Dial("udp", "127.0.0.1:"+os.Getenv("PORT"))
	check(err)
	_, err = conn.Write([]byte("ping"))
	check(err)
	done()
}
