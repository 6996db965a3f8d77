package main

import (
	"net"
	"syscall"
)

// tuneBuffers asks for room for a burst of datagrams.
func tuneBuffers(conn net.PacketConn) {
	raw, err := conn.(*net.UDPConn).SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(descriptor uintptr) {
		syscall.SetsockoptInt(int(descriptor), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4<<20)
	})
}
