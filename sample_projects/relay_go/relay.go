package main

import (
	"bufio"
	"context"
	"log"
	"net"
	"strings"

	"example.org/relay/room"
)

const largest = 1200 // bytes of one datagram, below the usual MTU

// relay receives until the context ends.
func relay(ctx context.Context, address string, rooms *room.Table) error {
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	tuneBuffers(conn)
	context.AfterFunc(ctx, func() { conn.Close() })
	packet := make([]byte, largest)
	for {
		size, from, err := conn.ReadFrom(packet)
		if err != nil {
			return ctx.Err()
		}
		for _, to := range rooms.Others(from) {
			if _, err := conn.WriteTo(packet[:size], to); err != nil {
				log.Print(err)
			}
		}
	}
}

// serveControl takes one command a line: `join ROOM ADDRESS`.
func serveControl(ctx context.Context, address string, rooms *room.Table) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Print(err)
		return
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			lines := bufio.NewScanner(conn)
			for lines.Scan() {
				if words := strings.Fields(lines.Text()); len(words) == 3 && words[0] == "join" {
					rooms.Join(words[1], words[2])
				}
			}
		}()
	}
}
