//go:build check

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
	fmt.Println(len(links), "links are well")
}
