// Writes a file, renames it, reads it back; the host looks for it in FOLDER.
package main

import "os"

func main() {
	base := os.Getenv("FOLDER")
	check(os.WriteFile(base+"/a", []byte("x"), 0o600))
	check(os.Rename(base+"/a", base+"/made"))
	_, err := os.ReadFile(base + "/made")
	check(err)
	done()
	effect()
}
