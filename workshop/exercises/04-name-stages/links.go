// What both programs share: a list of short names, one "NAME ADDRESS" a line.
package main

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// readLinks returns the addresses by name, or what is wrong with the first bad line.
func readLinks(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	links := map[string]string{}
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		name, address, _ := strings.Cut(lines.Text(), " ")
		if target, err := url.Parse(address); err != nil || target.Host == "" {
			return nil, fmt.Errorf("%s:%d: %q is no address", path, number, address)
		}
		if _, doubled := links[name]; doubled {
			return nil, fmt.Errorf("%s:%d: %s is there twice", path, number, name)
		}
		links[name] = address
	}
	return links, lines.Err()
}
