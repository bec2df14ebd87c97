package main

import "fmt"

func main() {
	var jobs []func()
	for _, name := range []string{"mail", "backup", "report"} {
		jobs = append(jobs, func() { fmt.Println("done:", name) })
	}
	for _, job := range jobs {
		job()
	}
}
