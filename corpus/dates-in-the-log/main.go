package main

import (
	"fmt"
	"log"
	"time"
)

func main() {
	began := time.Now()
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	log.Println("backup begins")
	fmt.Println("3 files of", began.Format(time.RFC1123))
	log.Println("done in", time.Since(began))
}
