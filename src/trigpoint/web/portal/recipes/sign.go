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
	"os"
	"time"
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

	now := time.Now().Unix()
	encode := base64.RawURLEncoding.EncodeToString
	header := fmt.Sprintf(`{"alg":"ES256","kid":"%s","typ":"JWT"}`, keyID)
	payload := fmt.Sprintf(`{"iss":"%s","iat":%d,"exp":%d,"scope":"server_api"}`, teamID, now, now+30*60)
	message := encode([]byte(header)) + "." + encode([]byte(payload))

	digest := sha256.Sum256([]byte(message))
	r, s, err := ecdsa.Sign(rand.Reader, parsed.(*ecdsa.PrivateKey), digest[:])
	if err != nil {
		log.Fatal(err)
	}
	signature := make([]byte, 64) // r and s, 32 bytes each, padded with zeros
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	fmt.Println(message + "." + encode(signature))
}
