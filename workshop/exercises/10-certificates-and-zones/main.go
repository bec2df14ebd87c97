// Invoice tells when an invoice is due where the customer lives, and whether the bank is who it says it is.
package main

import (
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"
)

// The public root certificate at the end of the chain that the bank's server sends.
//
//go:embed bank-root.pem
var sent []byte

// Every invoice of the course was written at this moment, so that it is the same in each run.
var written = time.Date(2026, 3, 2, 21, 30, 0, 0, time.UTC)

func main() {
	if len(os.Args) != 3 && !(len(os.Args) == 2 && os.Args[1] == "bank") {
		fail(errors.New("usage: invoice due ZONE | invoice due local | invoice bank"))
	}
	switch os.Args[1] {
	case "bank":
		fail(verify())
		fmt.Println("the bank is who it says it is: transfers are on")
	default:
		due, err := due(os.Args[2])
		fail(err)
		fmt.Println("written", due.Format("Mon 2006-01-02 15:04 MST"), "and due", due.AddDate(0, 0, 14).Format("Mon 2006-01-02"))
	}
}

// due says "local" for the zone that the variable TZ names.
func due(name string) (time.Time, error) {
	if name == "local" {
		return written.Local(), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.Time{}, err
	}
	return written.In(zone), nil
}

// verify does what every HTTPS client does with the system's certificates, without a network.
func verify() error {
	block, _ := pem.Decode(sent)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	_, err = certificate.Verify(x509.VerifyOptions{CurrentTime: written})
	return err
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "invoice:", err)
		os.Exit(1)
	}
}
