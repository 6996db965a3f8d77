// A thousand goroutines, a mutex, a wait group and a channel.
package main

import "sync"

func main() {
	var all sync.WaitGroup
	var lock sync.Mutex
	sum := 0
	for number := range 1000 {
		all.Add(1)
		go func() {
			defer all.Done()
			lock.Lock()
			sum += number
			lock.Unlock()
		}()
	}
	all.Wait()
	done()
	if sum == 499500 {
		effect()
	}
}
