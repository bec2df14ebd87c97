//go:build small

package main

const longest = 40
