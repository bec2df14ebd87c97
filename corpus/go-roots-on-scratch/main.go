package main

import (
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"os"
	"time"
)

// A public root that every system trusts, as the end of the chain that a server would send.
//
//go:embed isrg-root-x1.pem
var sent []byte

// Verifies as an HTTPS client does, without a network.
func main() {
	block, _ := pem.Decode(sent)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err == nil {
		_, err = certificate.Verify(x509.VerifyOptions{
			CurrentTime: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		})
	}
	if err != nil {
		fmt.Println("cannot fetch the rates:", err)
		os.Exit(1)
	}
	fmt.Println("the server is who it says it is")
}
