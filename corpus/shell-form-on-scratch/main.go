package main

import (
	"flag"
	"fmt"
)

func main() {
	name := flag.String("name", "nobody", "who is greeted")
	flag.Parse()
	fmt.Printf("Hello, %s!\n", *name)
}
