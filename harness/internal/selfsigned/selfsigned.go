// Package selfsigned creates self-signed certificates for servers on this machine.
package selfsigned

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net"
	"time"
)

// A Certificate is valid for one day, for localhost and its subdomains, the loopback
// addresses and all names in .test.
type Certificate struct {
	TLS tls.Certificate

	// KeyHash is the SHA-256 hash of the public key in base64. Chromium has an option
	// to trust the key with a given hash.
	KeyHash string
}

// New creates a certificate with a new key.
func New() (Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), // unique: Firefox rejects a serial number that it knows from another certificate
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost", "*.localhost", "*.test"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return Certificate{}, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return Certificate{}, err
	}
	hash := sha256.Sum256(public)
	return Certificate{
		TLS:     tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		KeyHash: base64.StdEncoding.EncodeToString(hash[:]),
	}, nil
}
