package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"log"
	"net/url"
	"os"
	"strings"
)

const (
	teamID = "K5GNLXS2QT"
	keyID  = "2X9R4HXF34"
)

func main() {
	file, err := os.ReadFile("AuthKey_" + keyID + ".p8")
	if err != nil {
		log.Fatal(err)
	}
	block, _ := pem.Decode(file)
	if block == nil {
		log.Fatal("the file is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		log.Fatal(err)
	}

	parameters := [][2]string{
		{"center", "60.1699,24.9384"},
		{"z", "14"},
		{"size", "600x400"},
		{"scale", "2"},
		{"annotations", `[{"point":"center","color":"449944","glyphText":"h"}]`},
		{"teamId", teamID},
		{"keyId", keyID},
	}
	var parts []string
	for _, parameter := range parameters {
		parts = append(parts, parameter[0]+"="+url.QueryEscape(parameter[1]))
	}

	// Path and query are signed exactly as they are sent.
	path := "/api/v1/snapshot?" + strings.Join(parts, "&")
	digest := sha256.Sum256([]byte(path))
	r, s, err := ecdsa.Sign(rand.Reader, parsed.(*ecdsa.PrivateKey), digest[:])
	if err != nil {
		log.Fatal(err)
	}
	signature := make([]byte, 64) // r and s, 32 bytes each, padded with zeros
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	fmt.Println("https://maps.example.com" + path + "&signature=" + base64.RawURLEncoding.EncodeToString(signature))
}
