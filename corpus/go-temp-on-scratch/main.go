package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	file, err := os.CreateTemp("", "upload-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "upload:", err)
		os.Exit(1)
	}
	defer os.Remove(file.Name())
	size, err := io.Copy(file, os.Stdin)
	fmt.Println("stored", size, "bytes", err == nil)
}
