// Package room knows who plays with whom. It needs nothing of the platform.
package room

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// Table holds the rooms by name.
type Table struct {
	lock    sync.Mutex
	players map[string][]string
}

// NewTable makes a table of rooms that are there from the start, one name a line.
func NewTable(names []byte) *Table {
	table := &Table{players: map[string][]string{}}
	for _, name := range strings.Fields(string(names)) {
		table.players[name] = nil
	}
	return table
}

// Join adds a player, by address, to a room.
func (table *Table) Join(room, address string) {
	table.lock.Lock()
	defer table.lock.Unlock()
	table.players[room] = append(table.players[room], address)
}

// Others gives the addresses of those who share a room with the sender.
func (table *Table) Others(from net.Addr) []net.Addr {
	table.lock.Lock()
	defer table.lock.Unlock()
	var found []net.Addr
	for _, players := range table.players {
		if !contains(players, from.String()) {
			continue
		}
		for _, player := range players {
			if address, err := netip.ParseAddrPort(player); err == nil && player != from.String() {
				found = append(found, net.UDPAddrFromAddrPort(address))
			}
		}
	}
	return found
}

// Status writes how many players each room has.
func (table *Table) Status(out http.ResponseWriter, _ *http.Request) {
	table.lock.Lock()
	defer table.lock.Unlock()
	for name, players := range table.players {
		fmt.Fprintf(out, "%s %d\n", name, len(players))
	}
}

func contains(all []string, one string) bool {
	for _, each := range all {
		if each == one {
			return true
		}
	}
	return false
}
