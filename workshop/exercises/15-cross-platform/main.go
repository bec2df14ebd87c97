// Csv2json reads a table with a heading from standard input and writes its rows as JSON, one object a line.
package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := convert(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "csv2json:", err)
		os.Exit(1)
	}
}

func convert(from io.Reader, to io.Writer) error {
	rows := csv.NewReader(from)
	heading, err := rows.Read()
	if err != nil {
		return fmt.Errorf("no heading: %w", err)
	}
	lines := json.NewEncoder(to)
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		object := make(map[string]string, len(heading))
		for at, name := range heading {
			object[name] = row[at]
		}
		if err := lines.Encode(object); err != nil {
			return err
		}
	}
}
