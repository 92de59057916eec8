package jwt

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Bounds of what an issuer answers.
const (
	maxDocument  = 512 << 10
	maxHeader    = 64 << 10
	maxRedirects = 3
	maxKeys      = 100
	minKeyBits   = 2048 // https://www.rfc-editor.org/rfc/rfc7518#section-3.3
	maxKeyBits   = 8192 // or verifying a signature takes long
)

// transport is the Transport of a Verifier that has none.
var transport http.RoundTripper = &http.Transport{
	Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: fetchTimeout, IdleConnTimeout: time.Minute,
	MaxResponseHeaderBytes: maxHeader,
}

func (v *Verifier) client() *http.Client {
	t := v.Transport
	if t == nil {
		t = transport
	}
	return &http.Client{Transport: t, CheckRedirect: sameHost}
}

// sameHost lets an issuer send clients to another path, and nobody to another host.
func sameHost(r *http.Request, via []*http.Request) error {
	switch first := via[0].URL; {
	case r.URL.Scheme != first.Scheme || r.URL.Host != first.Host:
		return errors.New("it redirects to another host")
	case len(via) >= maxRedirects:
		return errors.New("it redirects too often")
	}
	return nil
}

// discover fetches an issuer's keys. https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
func discover(ctx context.Context, client *http.Client, issuer string) (map[string]key, error) {
	var provider struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if err := get(ctx, client, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", &provider); err != nil {
		return nil, err
	}
	if provider.Issuer != issuer {
		return nil, fmt.Errorf("the issuer %q calls itself %q", issuer, provider.Issuer)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := get(ctx, client, provider.JWKSURI, &set); err != nil {
		return nil, err
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("%s has more than %d keys", provider.JWKSURI, maxKeys)
	}
	keys := map[string]key{}
	for _, data := range set.Keys {
		// Keys of kinds that are not known are passed over, as https://www.rfc-editor.org/rfc/rfc7517#section-5 says.
		var k jwk
		if err := json.Unmarshal(data, &k); err != nil {
			continue
		}
		if public, ok := k.rsa(); ok {
			keys[k.ID] = key{public, k.Algorithm}
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s has no key to verify signatures of RSA with", provider.JWKSURI)
	}
	return keys, nil
}

// get reads a JSON document from an https address.
func get(ctx context.Context, client *http.Client, address string, into any) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is no https address", address)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err // it names the address
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers with status %d", address, response.StatusCode)
	}
	document, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	switch {
	case err != nil:
		return fmt.Errorf("reading %s: %w", address, err)
	case len(document) > maxDocument:
		return fmt.Errorf("%s has more than %d bytes", address, maxDocument)
	}
	if err := json.Unmarshal(document, into); err != nil {
		return fmt.Errorf("reading %s: %w", address, err)
	}
	return nil
}

// jwk is a JSON Web Key. https://www.rfc-editor.org/rfc/rfc7517#section-4
type jwk struct {
	Type       string   `json:"kty"`
	Use        string   `json:"use"`
	Operations []string `json:"key_ops"`
	Algorithm  string   `json:"alg"`
	ID         string   `json:"kid"`
	Modulus    string   `json:"n"`
	Exponent   string   `json:"e"`
}

// rsa returns a key that verifies signatures of RSA, when the key is one.
func (k jwk) rsa() (*rsa.PublicKey, bool) {
	signs := (k.Use == "" || k.Use == "sig") && (k.Operations == nil || slices.Contains(k.Operations, "verify"))
	if k.Type != "RSA" || k.ID == "" || !signs || k.Algorithm != "" && !slices.Contains(algorithms, k.Algorithm) {
		return nil, false
	}
	modulus, err := base64.RawURLEncoding.DecodeString(k.Modulus)
	if err != nil {
		return nil, false
	}
	exponent, err := base64.RawURLEncoding.DecodeString(k.Exponent)
	if err != nil {
		return nil, false
	}
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent)
	if n.BitLen() < minKeyBits || n.BitLen() > maxKeyBits || n.Bit(0) == 0 || e.BitLen() > 31 || e.Int64() < 3 || e.Bit(0) == 0 {
		return nil, false
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, true
}
