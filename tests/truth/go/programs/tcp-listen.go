// Listens for connections on the port in PORT, to which the host connects; listening is what is measured.
package main

import (
	"net"
	"os"
	"time"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	check(err)
	done()
	go func() {
		if _, err := listener.Accept(); err == nil {
			effect()
			os.Exit(0)
		}
	}()
	time.Sleep(3 * time.Second)
}
