// Listens for datagrams on the port in PORT, to which the host sends; opening the socket is what is measured.
package main

import (
	"net"
	"os"
	"time"
)

func main() {
	conn, err := net.ListenPacket("udp", "127.0.0.1:"+os.Getenv("PORT"))
	check(err)
	done()
	conn.SetReadDeadline(time.Now().Add(3 * time.Second))
	if _, _, err := conn.ReadFrom(make([]byte, 16)); err == nil {
		effect()
	}
}
