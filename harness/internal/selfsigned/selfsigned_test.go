package selfsigned

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNew checks that a client that trusts the certificate accepts it for each name.
func TestNew(t *testing.T) {
	c, err := New()
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(c.TLS.Certificate[0])
	require.NoError(t, err)
	trusted := x509.NewCertPool()
	trusted.AddCert(parsed)
	for _, name := range []string{"localhost", "h2.localhost", "remote.test", "127.0.0.1", "::1"} {
		_, err := parsed.Verify(x509.VerifyOptions{DNSName: name, Roots: trusted})
		require.NoError(t, err, name)
	}
	_, err = parsed.Verify(x509.VerifyOptions{DNSName: "example.org", Roots: trusted})
	require.Error(t, err)

	hash := sha256.Sum256(parsed.RawSubjectPublicKeyInfo)
	require.Equal(t, base64.StdEncoding.EncodeToString(hash[:]), c.KeyHash)
}
