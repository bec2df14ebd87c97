package main

import (
	"fmt"
	"os"
	"os/user"
)

func main() {
	me, err := user.LookupId("0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("running as", me.Username)
}
