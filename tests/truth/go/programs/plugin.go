// Opens a plugin that is not there: the native run says so, another platform that it has no plugins.
package main

import (
	"plugin"
	"strings"
)

func main() {
	_, err := plugin.Open("missing.so")
	if err != nil && strings.Contains(err.Error(), "not implemented") {
		check(err)
	}
	done()
	effect()
}
