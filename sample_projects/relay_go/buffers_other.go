//go:build !linux

package main

import "net"

func tuneBuffers(net.PacketConn) {}
