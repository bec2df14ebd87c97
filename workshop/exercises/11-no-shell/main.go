// Greeter answers GET / with a greeting, and asks itself whether it is well with `greeter -check`.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
)

// setting is a variable of the environment, or a value for where there is none.
func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	port := flag.String("port", setting("PORT", "8080"), "where to listen; $PORT when not given")
	greeting := flag.String("greeting", setting("GREETING", "Hello"), "what to say; $GREETING when not given")
	check := flag.Bool("check", false, "ask the server that runs here, and end with 1 unless it answers")
	flag.Parse()

	if *check {
		answer, err := http.Get("http://127.0.0.1:" + *port + "/healthz")
		if err != nil || answer.StatusCode != http.StatusOK {
			fmt.Println("unwell:", err)
			os.Exit(1)
		}
		fmt.Println("well")
		return
	}

	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "well") })
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, *greeting) })
	fmt.Println("listening on", *port)
	log.Fatal(http.ListenAndServe(":"+*port, nil))
}
