// Sends a datagram to the port in PORT; the host waits for it.
package main

import (
	"net"
	"os"
)

func main() {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	check(err)
	address, err := net.ResolveUDPAddr("udp", "127.0.0.1:"+os.Getenv("PORT"))
	check(err)
	_, err = conn.WriteTo([]byte("ping"), address)
	check(err)
	done()
}
