// Serves HTTP on the port in PORT; the host asks.
package main

import (
	"net/http"
	"os"
	"time"
)

func main() {
	go func() {
		check(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(answer)))
	}()
	time.Sleep(500 * time.Millisecond)
	done()
	time.Sleep(3 * time.Second)
}

func answer(http.ResponseWriter, *http.Request) {
	effect()
}
