package runtimetest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Issuer is an issuer of tokens: the two documents of OpenID Connect Discovery, and the keys to sign with. Nothing of it is made with
// the library that verifies the tokens. It is an http.Handler, and the http.RoundTripper of a client that is to reach no other.
// https://openid.net/specs/openid-connect-discovery-1_0.html
type Issuer struct {
	// URL is what the issuer calls itself.
	URL string
	// Answer answers instead of the issuer when it is set; it may call ServeDocuments.
	Answer http.HandlerFunc

	mu      sync.Mutex
	fetches int
	signer  int   // which of the keys signs
	public  []int // which of the keys are published
}

// NewIssuer returns an issuer at an address, with one key.
func NewIssuer(address string) *Issuer { return &Issuer{URL: address, public: []int{0}} }

// signers are the private keys of all issuers, made when they are first used.
var signers = [...]func() *rsa.PrivateKey{newSigner(), newSigner(), newSigner()}

func newSigner() func() *rsa.PrivateKey {
	return sync.OnceValue(func() *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err) // there is no randomness
		}
		return k
	})
}

// Rotate has the issuer sign with its next key, and publish that beside the last one alone.
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	last := i.signer
	i.signer = (i.signer + 1) % len(signers)
	i.public = []int{last, i.signer}
}

// Revoke has the issuer publish no key but the one that it signs with.
func (i *Issuer) Revoke() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.public = []int{i.signer}
}

// Fetches tells how often the keys were fetched.
func (i *Issuer) Fetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// Token returns a token that is valid for an hour, with claims added, or taken away where they are nil.
func (i *Issuer) Token(claims object) string { return i.TokenWith(nil, claims) }

// TokenWith returns a token whose header is changed as well.
func (i *Issuer) TokenWith(header, claims object) string {
	i.mu.Lock()
	signer := i.signer
	i.mu.Unlock()
	now := time.Now()
	whole := func(standard, more object) []byte {
		maps.Copy(standard, more)
		maps.DeleteFunc(standard, func(_ string, v any) bool { return v == nil })
		data, err := json.Marshal(standard)
		if err != nil {
			panic(err) // a test put something odd in
		}
		return data
	}
	return Sign(signer, whole(object{"alg": "RS256", "typ": "JWT", "kid": keyID(signer)}, header),
		whole(object{"iss": i.URL, "aud": "shop", "sub": "ada", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}, claims))
}

// Sign returns a token with a header and claims as they are, signed with one of the keys of all issuers as RS256.
func Sign(signer int, header, claims []byte) string {
	text := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, signers[signer](), crypto.SHA256, sum[:])
	if err != nil {
		panic(err) // the key is too short
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func keyID(signer int) string { return fmt.Sprintf("key-%d", signer) }

// JWK is one of the keys of all issuers as they publish it.
func JWK(signer int) map[string]any {
	public := signers[signer]().PublicKey
	return object{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": keyID(signer), "n": base64.RawURLEncoding.EncodeToString(public.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes()),
	}
}

// ServeHTTP implements http.Handler.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if i.Answer != nil {
		i.Answer(w, r)
		return
	}
	i.ServeDocuments(w, r)
}

// ServeDocuments serves what an issuer publishes.
func (i *Issuer) ServeDocuments(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	base := strings.TrimSuffix(i.URL, "/")
	switch "https://" + r.Host + r.URL.Path {
	case base + "/.well-known/openid-configuration":
		_ = json.NewEncoder(w).Encode(object{"issuer": i.URL, "jwks_uri": base + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	case base + "/keys":
		i.fetches++
		var keys []object
		for _, signer := range i.public {
			keys = append(keys, JWK(signer))
		}
		_ = json.NewEncoder(w).Encode(object{"keys": keys})
	default:
		http.NotFound(w, r)
	}
}

// RoundTrip implements http.RoundTripper: whatever the address is, it is the issuer that answers, or nobody before the context ends.
func (i *Issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	r = r.Clone(r.Context())
	r.Host = r.URL.Host
	i.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	response := w.Result()
	response.Request = r
	return response, nil
}
