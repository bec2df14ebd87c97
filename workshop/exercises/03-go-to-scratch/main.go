// A calculator for the terminal: one line in, one answer out, until "exit" or the end of the input.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

const (
	greeting        = "I am a calculator app ...."
	prompt          = "Enter any calculation (Example: 1 + 2 (or) 2 * 5 -> Please maintain spaces as shown in example): "
	invalidInput    = "Invalid input. Try again."
	invalidOperator = "Invalid operator. Try again."
	divisionByZero  = "Division by zero. Try again."
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "Cannot read the input:", err)
		os.Exit(1)
	}
}

// run answers line after line from in. It returns nil after "exit" and at the end of the input.
func run(in io.Reader, out io.Writer) error {
	// One reader for the whole session: what it has buffered beyond a line is the next line.
	lines := bufio.NewReader(in)
	fmt.Fprintln(out, greeting)
	for {
		fmt.Fprint(out, prompt)
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err != nil && line == "" {
			fmt.Fprintln(out) // the prompt has no newline of its own, and a shell's prompt comes next
			return nil
		}
		line = strings.TrimSpace(line)
		if line == "exit" {
			return nil
		}
		fmt.Fprintln(out, answer(line))
	}
}

// answer is what the calculator says to one trimmed line: 64-bit integers that wrap, division that truncates.
func answer(line string) string {
	parts := strings.Split(line, " ")
	if len(parts) != 3 {
		return invalidInput
	}
	left, leftErr := strconv.ParseInt(parts[0], 10, 64)
	right, rightErr := strconv.ParseInt(parts[2], 10, 64)
	if leftErr != nil || rightErr != nil {
		return invalidInput
	}
	switch parts[1] {
	case "+":
		return result(left + right)
	case "-":
		return result(left - right)
	case "*":
		return result(left * right)
	case "/":
		if right == 0 {
			return divisionByZero
		}
		return result(left / right)
	default:
		return invalidOperator
	}
}

func result(number int64) string {
	return "Result: " + strconv.FormatInt(number, 10)
}
