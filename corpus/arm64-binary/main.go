package main

import "fmt"

func main() {
	fmt.Println("Hello from whatever machine this is")
}
