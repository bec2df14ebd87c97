package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longest)
	fmt.Print("line: ")
	for lines.Scan() && lines.Text() != "exit" {
		fmt.Println(len(lines.Text()), "bytes")
		fmt.Print("line: ")
	}
	if err := lines.Err(); err != nil {
		fmt.Println("stopped:", err)
		os.Exit(1)
	}
	fmt.Println()
}
