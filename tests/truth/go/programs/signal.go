// Waits for SIGTERM, which the host sends.
package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGTERM)
	done()
	select {
	case <-caught:
		effect()
	case <-time.After(3 * time.Second):
	}
}
