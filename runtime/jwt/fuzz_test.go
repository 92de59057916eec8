package jwt_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/jwt"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// FuzzTokens looks for a panic, and for a token that is accepted though the issuer never signed it.
func FuzzTokens(f *testing.F) {
	issuer := runtimetest.NewIssuer(issuerURL)
	v := verifier(issuer)
	header := `{"alg":"RS256","kid":"key-0"}`
	signed := []string{
		issuer.Token(nil), issuer.Token(object{"scope": "read"}), issuer.Token(object{"exp": 1}), issuer.TokenWith(object{"crit": []string{"b64"}}, nil),
		issuer.TokenWith(object{"kid": "made up"}, nil), issuer.TokenWith(object{"alg": "none"}, nil), runtimetest.Sign(0, []byte(header), []byte(`null`)),
		runtimetest.Sign(1, []byte(header), []byte(`{"iss":"`+issuerURL+`","aud":"shop","exp":9999999999}`)),
	}
	for _, token := range append(signed, "", ".", "..", "...", "a.b.c", "eyJhbGciOiJub25lIn0.e30.") {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if claims, err := v.Authorize(t.Context(), token); err == nil && !slices.Contains(signed, token) {
			t.Errorf("%q is accepted: %v", token, claims)
		}
	})
}

// FuzzSigned looks at what the issuer signs: it is accepted only if another reader agrees.
func FuzzSigned(f *testing.F) {
	v := verifier(runtimetest.NewIssuer(issuerURL))
	const header = `{"alg":"RS256","kid":"key-0"}`
	for _, claims := range []string{
		`{"iss":"https://login.example/tenant/","aud":"shop","exp":9999999999}`, `{"iss":"https://login.example/tenant/","aud":["a","desk"],"exp":1e10,"nbf":0.5,"scp":["a"]}`,
		`{"iss":"https://login.example/tenant/","client_id":"shop","exp":9999999999,"scope":"a b","sub":"é"}`, `{"exp":-1e999}`, `null`, `[]`, `{"aud":null,"client_id":"shop"}`,
	} {
		f.Add([]byte(header), []byte(claims))
	}
	f.Fuzz(func(t *testing.T, header, claims []byte) {
		got, err := v.Authorize(t.Context(), runtimetest.Sign(0, header, claims))
		if err != nil {
			return
		}
		var h, c object
		if err := errors.Join(json.Unmarshal(header, &h), json.NewDecoder(bytes.NewReader(claims)).Decode(&c)); err != nil {
			t.Fatalf("%s.%s is accepted: %v", header, claims, err)
		}
		if _, extended := h["crit"]; h["alg"] != "RS256" || h["kid"] != "key-0" || extended {
			t.Errorf("the header %s is accepted", header)
		}
		audience, ok := c["aud"]
		if !ok {
			audience = c["client_id"]
		}
		list, ok := audience.([]any)
		if !ok {
			list = []any{audience}
		}
		if c["iss"] != issuerURL || got.Subject != text(c["sub"]) || c["exp"] == nil || !slices.Contains(list, any("shop")) && !slices.Contains(list, any("desk")) {
			t.Errorf("the claims %s are accepted: %v", claims, got)
		}
	})
}

func text(v any) string { s, _ := v.(string); return s }

// FuzzKeys looks for a panic at what an issuer publishes, and for a key that it is no good to trust.
func FuzzKeys(f *testing.F) {
	for _, keys := range []string{`{"keys":[]}`, `{"keys":{}}`, `null`, `{"keys":[null,7,{"kty":"RSA"}]}`} {
		f.Add([]byte(keys))
	}
	good, err := json.Marshal(object{"keys": []object{runtimetest.JWK(0), runtimetest.JWK(1)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, keys []byte) {
		issuer := runtimetest.NewIssuer(issuerURL)
		issuer.Answer = func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/keys") {
				_, _ = w.Write(keys)
				return
			}
			issuer.ServeDocuments(w, r)
		}
		v := &jwt.Verifier{Issuer: issuer.URL, Audience: []string{"shop"}, Transport: issuer}
		if _, err := v.Authorize(t.Context(), issuer.Token(nil)); err != nil {
			return // refused, or no keys
		}
		if !bytes.Contains(keys, []byte("RSA")) || !json.Valid(keys) {
			t.Errorf("a key is found in %q", keys)
		}
	})
}

// BenchmarkToken sets verifying a token beside the signature alone.
func BenchmarkToken(b *testing.B) {
	issuer := runtimetest.NewIssuer(issuerURL)
	token := issuer.Token(object{"scope": "read write", "email": "ada@example.com", "roles": []string{"a", "b"}})
	b.Run("signature", func(b *testing.B) {
		key := runtimetest.JWK(0)
		modulus, _ := base64.RawURLEncoding.DecodeString(key["n"].(string))
		public := &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: 65537}
		dot := strings.LastIndex(token, ".")
		b.ReportAllocs()
		for b.Loop() {
			signature, _ := base64.RawURLEncoding.DecodeString(token[dot+1:])
			h := crypto.SHA256.New()
			h.Write([]byte(token[:dot]))
			if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, h.Sum(nil), signature); err != nil {
				b.Fatal(err)
			}
		}
	})
	var authorizer app.Authorizer = verifier(issuer)
	b.Run("token", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := authorizer.Authorize(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
}
