// Sends itself a signal that it waits for.
package main

import (
	"os"
	"os/signal"
	"time"
)

func main() {
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, os.Interrupt)
	self, err := os.FindProcess(os.Getpid())
	check(err)
	check(self.Signal(os.Interrupt))
	done()
	select {
	case <-caught:
		effect()
	case <-time.After(time.Second):
	}
}
