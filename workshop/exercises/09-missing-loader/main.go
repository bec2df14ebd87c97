// Slugs turns titles into names for addresses: GET /slug?title=Hello+World answers hello-world.
package main

import (
	"fmt"
	"log"
	"net/http"
	"strings"
	"unicode"
)

func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, "-")
}

func main() {
	http.HandleFunc("GET /slug", func(w http.ResponseWriter, r *http.Request) {
		name := slug(r.URL.Query().Get("title"))
		if name == "" {
			http.Error(w, "no title", http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, name)
	})
	fmt.Println("listening on 8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
