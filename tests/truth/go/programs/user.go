// Asks who runs the program.
package main

import "os/user"

func main() {
	_, err := user.Current()
	check(err)
	done()
	effect()
}
