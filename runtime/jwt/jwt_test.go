package jwt_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/jwt"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// The tests run in bubbles of synctest, in which time passes at once; there it begins at midnight of 2000-01-01. How requests are
// answered is tested on every host, by runtimetest.

type object = map[string]any

const issuerURL = "https://login.example/tenant/"

func verifier(i *runtimetest.Issuer) *jwt.Verifier {
	return &jwt.Verifier{Issuer: i.URL, Audience: []string{"shop", "desk"}, Transport: i}
}

func TestWhatATokenSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := runtimetest.NewIssuer(issuerURL)
		got, err := verifier(issuer).Authorize(t.Context(), issuer.Token(object{"scope": "read write", "tenant": object{"id": 9007199254740993}, "SUB": "eve"}))
		if err != nil {
			t.Fatal(err)
		}
		want := fn.ClaimSet{
			Issuer: issuerURL, Subject: "ada", Audience: []string{"shop"}, Scopes: []string{"read", "write"}, Expires: time.Date(2000, 1, 1, 1, 0, 0, 0, time.UTC),
			All: object{
				"iss": issuerURL, "aud": "shop", "sub": "ada", "scope": "read write", "iat": json.Number("946684800"), "exp": json.Number("946688400"),
				"tenant": object{"id": json.Number("9007199254740993")}, "SUB": "eve",
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// from is a moment after the bubble's beginning, as tokens have it.
func from(d time.Duration) int64 {
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(d).Unix()
}

func TestClaims(t *testing.T) {
	for name, c := range map[string]struct {
		claims object
		reason string // empty when the token is a good one
	}{
		"as they should be":                    {nil, ""},
		"of another issuer":                    {object{"iss": "https://evil.example"}, "token has invalid issuer"},
		"of an issuer that almost is":          {object{"iss": strings.TrimSuffix(issuerURL, "/")}, "token has invalid issuer"},
		"of no issuer":                         {object{"iss": nil}, "iss claim is required"},
		"of several issuers":                   {object{"iss": []string{issuerURL}}, "iss is invalid"},
		"for another audience":                 {object{"aud": "bank"}, "another audience"},
		"for several audiences":                {object{"aud": []string{"bank", "desk"}}, ""},
		"for no audience":                      {object{"aud": nil}, "another audience"},
		"for an empty audience":                {object{"aud": []string{""}}, "another audience"},
		"for an audience that is none":         {object{"aud": []any{1, "shop"}}, "aud is invalid"},
		"for a client":                         {object{"aud": nil, "client_id": "desk"}, ""},
		"for another client":                   {object{"aud": nil, "client_id": "bank"}, "another audience"},
		"for a client and another audience":    {object{"aud": "bank", "client_id": "desk"}, "another audience"},
		"for a client and an empty audience":   {object{"aud": []string{}, "client_id": "desk"}, "another audience"},
		"that have expired":                    {object{"exp": from(-61 * time.Second)}, "token is expired"},
		"that expired a moment ago":            {object{"exp": from(-59 * time.Second)}, ""},
		"that do not expire":                   {object{"exp": nil}, "exp claim is required"},
		"that expire at no time":               {object{"exp": "tomorrow"}, "exp is invalid"},
		"that expired before there was time":   {object{"exp": -1e300}, "token is expired"},
		"of tomorrow":                          {object{"nbf": from(24 * time.Hour)}, "token is not valid yet"},
		"of a clock that is a little ahead":    {object{"nbf": from(59 * time.Second), "iat": from(59 * time.Second)}, ""},
		"from the future":                      {object{"iat": from(time.Hour)}, "token used before issued"},
		"without when they were issued":        {object{"iat": nil}, ""},
		"about nobody":                         {object{"sub": nil}, ""},
		"about no text":                        {object{"sub": 7}, "sub is invalid"},
		"with scopes that are none":            {object{"scope": 7}, "neither a text nor a list"},
		"with scopes of which one is none":     {object{"scp": []any{"read", 7}}, "no text"},
		"with names in another case":           {object{"aud": "bank", "AUD": "shop"}, "another audience"},
		"with an issuer's name in another one": {object{"iss": nil, "ISS": issuerURL}, "iss claim is required"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				issuer := runtimetest.NewIssuer(issuerURL)
				refused(t, verifier(issuer), issuer.Token(c.claims), c.reason)
			})
		})
	}
}

// refused checks why a token is not accepted; for no reason it is.
func refused(t *testing.T, v *jwt.Verifier, token, reason string) {
	t.Helper()
	claims, err := v.Authorize(t.Context(), token)
	switch {
	case reason == "" && err != nil:
		t.Errorf("refused: %v", err)
	case reason != "" && (err == nil || !strings.Contains(err.Error(), reason)):
		t.Errorf("got %v and %v, want %q", claims, err, reason)
	case reason != "" && errors.Is(err, app.ErrUnavailable):
		t.Errorf("%v: the issuer is there", err)
	case reason != "" && claims.All != nil:
		t.Errorf("a token that is refused says %v", claims)
	}
}

func TestScopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := runtimetest.NewIssuer(issuerURL)
		v := verifier(issuer)
		for _, c := range []struct {
			claims object
			want   []string
		}{
			{nil, nil},
			{object{"scope": "read  write "}, []string{"read", "write"}},
			{object{"scope": []string{"read", "write"}}, []string{"read", "write"}},
			{object{"scp": []string{"read"}}, []string{"read"}},      // Okta
			{object{"scp": "read write"}, []string{"read", "write"}}, // Microsoft Entra
			{object{"scope": "read", "scp": "write"}, []string{"read"}},
			{object{"scope": "", "scp": "write"}, []string{}},
		} {
			got, err := v.Authorize(t.Context(), issuer.Token(c.claims))
			if err != nil || !cmp.Equal(got.Scopes, c.want) {
				t.Errorf("%v grants %q, %v; want %q", c.claims, got.Scopes, err, c.want)
			}
		}
	})
}

func TestHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		header object
		reason string
	}{
		"as they should be":           {nil, ""},
		"of no type":                  {object{"typ": nil}, ""},
		"of an access token":          {object{"typ": "at+jwt"}, ""},
		"of one in full":              {object{"typ": "application/AT+JWT"}, ""},
		"of a token of another kind":  {object{"typ": "logout+jwt"}, "another kind"},
		"of a type that is none":      {object{"typ": 7}, "another kind"},
		"with extensions":             {object{"crit": []string{"b64"}, "b64": false}, "asks for extensions"},
		"with no key":                 {object{"kid": nil}, "names no key"},
		"with a key that is none":     {object{"kid": 7}, "names no key"},
		"with a key that there's not": {object{"kid": "key-2"}, "publishes no key"},
		"with another algorithm":      {object{"alg": "RS512"}, "another algorithm than its key is for"},
		"with no algorithm":           {object{"alg": nil}, "(alg) is unspecified"},
		"with no signature":           {object{"alg": "none"}, "signing method none is invalid"},
		"with an unknown algorithm":   {object{"alg": "RS257"}, "(alg) is unavailable"},
		"with a shared secret":        {object{"alg": "HS256"}, "signing method HS256 is invalid"},
		"with another padding":        {object{"alg": "PS256"}, "signing method PS256 is invalid"},
		"with an elliptic curve":      {object{"alg": "ES256"}, "signing method ES256 is invalid"},
		"with the key in it":          {object{"kid": "mine", "jwk": runtimetest.JWK(1), "jku": "https://evil.example/keys", "x5u": "https://evil.example/chain"}, "publishes no key"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				issuer := runtimetest.NewIssuer(issuerURL)
				issuer.Answer = func(w http.ResponseWriter, r *http.Request) {
					if r.Host != "login.example" {
						t.Errorf("a token has %s asked", r.Host)
					}
					issuer.ServeDocuments(w, r)
				}
				refused(t, verifier(issuer), issuer.TokenWith(c.header, nil), c.reason)
			})
		})
	}
}

// TestForgeries are tokens that somebody made who has seen a good one, and the public key.
func TestForgeries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := runtimetest.NewIssuer(issuerURL)
		v := verifier(issuer)
		good := issuer.Token(object{"sub": "eve"})
		header, claims, signature := cut(t, good)
		encode := func(v any) string {
			data, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			return base64.RawURLEncoding.EncodeToString(data)
		}
		ada := encode(object{"iss": issuerURL, "aud": "shop", "sub": "ada", "exp": from(time.Hour)})
		secret := encode(object{"alg": "HS256", "typ": "JWT", "kid": "key-0"}) + "." + ada
		mac := func(key string) string {
			h := hmac.New(sha256.New, []byte(key))
			h.Write([]byte(secret))
			return secret + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
		}
		curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		onCurve := encode(object{"alg": "ES256", "kid": "key-0"}) + "." + ada
		sum := sha256.Sum256([]byte(onCurve))
		r, s, err := ecdsa.Sign(rand.Reader, curve, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct{ token, reason string }{
			"other claims":             {header + "." + ada + "." + signature, "signature is invalid"},
			"no signature":             {header + "." + ada + ".", "signature is invalid"},
			"the algorithm none":       {encode(object{"alg": "none", "kid": "key-0"}) + "." + ada + ".", "signing method none is invalid"},
			"the modulus as a secret":  {mac(fmt.Sprint(runtimetest.JWK(0)["n"])), "signing method HS256 is invalid"},
			"an empty secret":          {mac(""), "signing method HS256 is invalid"},
			"a curve":                  {onCurve + "." + base64.RawURLEncoding.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)), "signing method ES256 is invalid"},
			"a key of their own":       {runtimetest.Sign(1, []byte(`{"alg":"RS256","kid":"key-0"}`), []byte(`{"iss":"`+issuerURL+`","aud":"shop","exp":9999999999}`)), "signature is invalid"},
			"two algorithms":           {base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"key-0","alg":"none"}`)) + "." + ada + ".", "signing method none is invalid"},
			"a signature cut short":    {good[:len(good)-2], "signature is invalid"},
			"padding":                  {good + "==", "malformed"},
			"another alphabet":         {header + "." + claims + "." + strings.NewReplacer("-", "+", "_", "/").Replace(signature) + "+", "malformed"},
			"a line break":             {good + "\n", "line breaks"},
			"a fourth part":            {good + ".x", "malformed"},
			"a part too few":           {header + "." + claims, "malformed"},
			"the same, encrypted":      {good + ".a.b", "malformed"},
			"nothing":                  {"", "malformed"},
			"only dots":                {"..", "malformed"},
			"a header that is no JSON": {"e30x." + claims + "." + signature, "malformed"},
			"a header that is null":    {base64.RawURLEncoding.EncodeToString([]byte(`null`)) + "." + claims + "." + signature, "(alg) is unspecified"},
			"more than fits":           {header + "." + strings.Repeat("a", 8<<10) + "." + signature, "more than 8192 bytes"},
			"deep nesting":             {header + "." + base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("[", 5000))) + "." + signature, "malformed"},
		} {
			refused(t, v, c.token, c.reason)
			if t.Failed() {
				t.Fatalf("%s: see above", name)
			}
		}
		refused(t, v, good, "")
	})
}

// TestClaimsThatAreNoObject are claims that an issuer would have to sign; not even then is there a panic.
func TestClaimsThatAreNoObject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := verifier(runtimetest.NewIssuer(issuerURL))
		for _, claims := range []string{`null`, `[]`, `7`, `""`, `{}`, ``, `{"iss":`} {
			if got, err := v.Authorize(t.Context(), runtimetest.Sign(0, []byte(`{"alg":"RS256","kid":"key-0"}`), []byte(claims))); err == nil {
				t.Errorf("%s is accepted: %v", claims, got)
			}
		}
	})
}

func cut(t *testing.T, token string) (header, claims, signature string) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%s is no token", token)
	}
	return parts[0], parts[1], parts[2]
}

// A verifier for nobody accepts nothing.
func TestAVerifierWithoutAudience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer := runtimetest.NewIssuer(issuerURL)
		refused(t, &jwt.Verifier{Issuer: issuer.URL, Transport: issuer}, issuer.Token(object{"aud": []string{"", "shop"}}), "another audience")
	})
}

// TestOverTLS is with a server: whom the machine does not trust, the verifier does not.
func TestOverTLS(t *testing.T) {
	issuer := runtimetest.NewIssuer("")
	server := httptest.NewTLSServer(issuer)
	defer server.Close()
	issuer.URL = server.URL
	trusting := &jwt.Verifier{Issuer: issuer.URL, Audience: []string{"shop"}, Transport: server.Client().Transport}
	if _, err := trusting.Authorize(t.Context(), issuer.Token(nil)); err != nil {
		t.Error(err)
	}
	_, err := jwt.Authorizer(issuer.URL, "shop").Authorize(t.Context(), issuer.Token(nil))
	if !errors.Is(err, app.ErrUnavailable) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an issuer without a good certificate: %v", err)
	}
}
