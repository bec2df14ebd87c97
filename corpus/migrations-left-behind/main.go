package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	if len(os.Args) < 2 || os.Args[1] != "migrate" {
		fmt.Println("store 2.0")
		return
	}
	script, err := os.ReadFile("migrations/001_visits.sql")
	if err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
	fmt.Println("to run:", strings.Count(string(script), ";"), "statements")
}
