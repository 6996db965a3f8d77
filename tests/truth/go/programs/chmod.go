// Takes the right to write from a file.
package main

import "os"

func main() {
	path := os.Getenv("FOLDER") + "/mode"
	check(os.WriteFile(path, []byte("x"), 0o600))
	check(os.Chmod(path, 0o400))
	done()
	if info, err := os.Stat(path); err == nil && info.Mode().Perm() == 0o400 {
		effect()
	}
}
