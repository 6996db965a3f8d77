// Makes a socket by the system call.
package main

import "syscall"

func main() {
	_, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	check(err)
	done()
	effect()
}
