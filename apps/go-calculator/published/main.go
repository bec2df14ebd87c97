// The calculator as the tutorial published it, written anew with the same three defects (see README.md).
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	fmt.Println("I am a calculator app ....")
	for {
		fmt.Print("Enter any calculation (Example: 1 + 2 (or) 2 * 5 -> Please maintain spaces as shown in example): ")

		// Defect 1: a new reader each turn takes what the last one had buffered with it, so piped lines are lost.
		reader := bufio.NewReader(os.Stdin)
		// Defect 2: without a look at the error, the end of the input is an empty line, again and again.
		line, _ := reader.ReadString('\n')
		line = strings.TrimSpace(line)
		if line == "exit" {
			break
		}

		parts := strings.Split(line, " ")
		if len(parts) != 3 {
			fmt.Println("Invalid input. Try again.")
			continue
		}
		left, leftErr := strconv.Atoi(parts[0])
		right, rightErr := strconv.Atoi(parts[2])
		if leftErr != nil || rightErr != nil {
			fmt.Println("Invalid input. Try again.")
			continue
		}

		var result int
		switch parts[1] {
		case "+":
			result = left + right
		case "-":
			result = left - right
		case "*":
			result = left * right
		case "/":
			result = left / right // Defect 3: a zero on the right is a panic.
		default:
			fmt.Println("Invalid operator. Try again.")
			continue
		}
		fmt.Println("Result:", result)
	}
}
