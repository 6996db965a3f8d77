// Starts another program without os/exec.
package main

import "os"

func main() {
	process, err := os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{})
	check(err)
	_, err = process.Wait()
	check(err)
	done()
	effect()
}
