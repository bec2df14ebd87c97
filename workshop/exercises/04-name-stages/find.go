//go:build !check

package main

import (
	"fmt"
	"os"
)

func main() {
	links, err := readLinks("links.txt")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, name := range os.Args[1:] {
		address, known := links[name]
		if !known {
			fmt.Fprintln(os.Stderr, "no link is called", name)
			os.Exit(1)
		}
		fmt.Println(address)
	}
}
