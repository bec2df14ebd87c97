//go:build !small

package main

const longest = 1 << 20
