package main

import "fmt"

func main() {
	stock := map[string]string{
		"apples":  "= 3",
		"pears":   "+ 5, ripe",
		"plums":   "* 8 (in two boxes)",
		"figs":    "/ 2; dried",
		"quinces": "~ 1",
		"dates":   "< 9 & more",
		"medlars": "# none!",
	}
	for fruit, count := range stock {
		fmt.Println(fruit, count)
	}
}
