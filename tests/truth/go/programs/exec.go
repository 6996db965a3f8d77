// Starts another program.
package main

import "os/exec"

func main() {
	check(exec.Command("/bin/true").Run())
	done()
	effect()
}
