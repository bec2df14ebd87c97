package main

import (
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"os"
)

// What the company's own server would send.
//
//go:embed intranet.pem
var sent []byte

// Verifies as an HTTPS client does, without a network.
func main() {
	block, _ := pem.Decode(sent)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err == nil {
		_, err = certificate.Verify(x509.VerifyOptions{DNSName: "intranet.example"})
	}
	if err != nil {
		fmt.Println("intranet.example:", err)
		os.Exit(1)
	}
	fmt.Println("intranet.example is trusted")
}
