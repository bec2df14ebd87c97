package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		fmt.Print("number: ")
		line, err := lines.ReadString('\n')
		if err != nil || line == "exit\n" {
			fmt.Println()
			return
		}
		number, err := strconv.Atoi(line[:len(line)-1])
		if err != nil {
			fmt.Println("no number")
			continue
		}
		fmt.Println("twice that is", 2*number)
	}
}
