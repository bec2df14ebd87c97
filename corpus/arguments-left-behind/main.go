package main

import (
	"flag"
	"fmt"
)

func main() {
	currency := flag.String("currency", "USD", "what prices are in")
	flag.Parse()
	fmt.Println("to pay: 10", *currency)
}
