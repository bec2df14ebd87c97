// Words counts how often each word of its input occurs, and writes the most frequent ones as JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
)

// most is how many words are told.
const most = 3

type count struct {
	Word  string `json:"word"`
	Times int    `json:"times"`
}

func main() {
	word := regexp.MustCompile(`\p{L}+`)
	times := map[string]int{}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		for _, found := range word.FindAllString(strings.ToLower(lines.Text()), -1) {
			times[found]++
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	counts := []count{}
	for found, times := range times {
		counts = append(counts, count{found, times})
	}
	sort.Slice(counts, func(a, b int) bool {
		if counts[a].Times != counts[b].Times {
			return counts[a].Times > counts[b].Times
		}
		return counts[a].Word < counts[b].Word
	})
	json.NewEncoder(os.Stdout).Encode(counts[:min(most, len(counts))])
}
