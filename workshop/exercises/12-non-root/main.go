// Notes keeps one text in /data/notes.txt: PUT / writes it, GET / reads it.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"os"
)

const file = "/data/notes.txt"

func read(w http.ResponseWriter, _ *http.Request) {
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(text)
}

func write(w http.ResponseWriter, r *http.Request) {
	if err := keep(r.Body); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "kept")
}

// keep takes a note in whole before the old one is given up: what arrives lies in the folder for temporary files until then.
func keep(body io.Reader) error {
	arriving, err := os.CreateTemp("", "note")
	if err != nil {
		return err
	}
	defer os.Remove(arriving.Name())
	defer arriving.Close()
	if _, err := io.Copy(arriving, body); err != nil {
		return err
	}
	if _, err := arriving.Seek(0, io.SeekStart); err != nil {
		return err
	}
	kept, err := os.Create(file)
	if err != nil {
		return err
	}
	if _, err := io.Copy(kept, arriving); err != nil {
		return err
	}
	return kept.Close()
}

func main() {
	http.HandleFunc("GET /{$}", read)
	http.HandleFunc("PUT /{$}", write)
	fmt.Println("listening on 8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
