package main

import (
	"fmt"
	"os"
)

func main() {
	mode := os.Getenv("PAYMENTS")
	if mode == "" {
		mode = "sandbox"
	}
	fmt.Println("payments:", mode)
}
