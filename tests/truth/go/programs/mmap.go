// Maps memory.
package main

import "syscall"

func main() {
	_, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	check(err)
	done()
	effect()
}
