package main

import "fmt"

func main() {
	fmt.Println("price", price(100))
}
