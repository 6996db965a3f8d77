// Asks the host's HTTP server on the port in PORT.
package main

import (
	"net/http"
	"os"
)

func main() {
	answer, err := http.Get("http://127.0.0.1:" + os.Getenv("PORT") + "/")
	check(err)
	done()
	if answer.StatusCode == 200 {
		effect()
	}
}
