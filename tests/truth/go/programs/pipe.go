// A pipe inside the program.
package main

import "os"

func main() {
	_, to, err := os.Pipe()
	check(err)
	_, err = to.Write([]byte("x"))
	check(err)
	done()
	effect()
}
