// Relay passes the datagrams of a game's players on to the others in their room.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"example.org/relay/room"
)

func main() {
	players := flag.String("players", ":7777", "address for the players, UDP")
	control := flag.String("control", ":7778", "address for the control connection, TCP")
	status := flag.String("status", ":7779", "address of the status page")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	rooms := room.NewTable(load("rooms.txt"))
	go func() {
		http.HandleFunc("/", rooms.Status)
		log.Print(http.ListenAndServe(*status, nil))
	}()
	go serveControl(ctx, *control, rooms)
	if err := relay(ctx, *players, rooms); err != nil {
		log.Fatal(err)
	}
}

func load(path string) []byte {
	names, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return names
}
