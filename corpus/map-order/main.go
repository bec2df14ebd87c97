package main

import "fmt"

func main() {
	stock := map[string]int{"apples": 3, "pears": 5, "plums": 8, "figs": 2, "quinces": 1, "dates": 9}
	for fruit, count := range stock {
		fmt.Println(fruit, count)
	}
}
