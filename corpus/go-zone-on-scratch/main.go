package main

import (
	"fmt"
	"os"
	"time"
)

// When a meeting begins, in the zone of whoever asks.
func main() {
	zone, err := time.LoadLocation(os.Args[1])
	if err != nil {
		fmt.Println("meeting:", err)
		os.Exit(1)
	}
	begin := time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)
	fmt.Println(begin.In(zone).Format(time.RFC3339))
}
