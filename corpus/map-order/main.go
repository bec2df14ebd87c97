package main

import "fmt"

func main() {
	fruits := []string{"apples", "pears", "plums", "figs", "quinces", "dates", "medlars", "cherries"}
	counts := []string{"= 3", "+ 5, ripe", "* 8 (in two boxes)", "/ 2; dried", "~ 1", "< 9 & more", "# none!"}
	// Eight entries would stand in one bucket, which has but few orders: two runs would often have the same.
	stock := map[string]string{}
	for at := 0; at < 56; at++ {
		stock[fmt.Sprintf("%s of row %c", fruits[at%8], 'a'+at/8)] = counts[at%7]
	}
	for fruit, count := range stock {
		fmt.Println(fruit, count)
	}
}
