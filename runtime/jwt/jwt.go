// Package jwt verifies JSON Web Tokens that an issuer of OpenID Connect has signed (https://www.rfc-editor.org/rfc/rfc7519), as
// https://www.rfc-editor.org/rfc/rfc8725 advises. Only an app whose spec has auth links it.
package jwt

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

const (
	// maxToken is how many bytes a token may have: more than fits through every cloud.
	maxToken = 8 << 10
	// skew is by how much clocks may differ.
	skew = time.Minute
)

// algorithms are those of keys that are RSA's, and no others: the same that API Gateway takes. Which one a token names is heeded only
// among them, so that no public key is ever taken for a shared secret.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
var algorithms = []string{jwt.SigningMethodRS256.Name, jwt.SigningMethodRS384.Name, jwt.SigningMethodRS512.Name}

// Authorizer returns what verifies the tokens of an issuer, by its URL, that are for one of the audiences.
func Authorizer(issuer string, audience ...string) app.Authorizer {
	return &Verifier{Issuer: issuer, Audience: audience}
}

// Verifier verifies the tokens of an issuer. It fetches the issuer's keys when it is first used, and again as they age. It is safe for
// concurrent use, and must not be copied then.
type Verifier struct {
	// Issuer is the issuer's URL, as its tokens have it.
	Issuer string
	// Audience is whom a token must be for; one of several will do.
	Audience []string
	// Transport fetches the keys; one with bounds of its own unless set.
	Transport http.RoundTripper

	keys keys
}

// Authorize implements app.Authorizer.
func (v *Verifier) Authorize(ctx context.Context, token string) (fn.ClaimSet, error) {
	if len(token) > maxToken {
		return fn.ClaimSet{}, fmt.Errorf("the token has more than %d bytes", maxToken)
	}
	if strings.ContainsAny(token, "\r\n") { // which decoders of base64 pass over
		return fn.ClaimSet{}, errors.New("the token has line breaks")
	}
	parser := jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithStrictDecoding(), jwt.WithJSONNumber(),
		jwt.WithIssuer(v.Issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(skew))
	claims := jwt.MapClaims{}
	_, err := parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return v.key(ctx, t) })
	if err != nil {
		return fn.ClaimSet{}, err
	}
	return v.claimSet(claims)
}

// key finds the key that a token was signed with, by what its header says.
func (v *Verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	// https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11: what it marks as critical must be understood, and nothing is.
	if _, ok := t.Header["crit"]; ok {
		return nil, errors.New("the token's header asks for extensions")
	}
	if !isAccessToken(t.Header["typ"]) {
		return nil, errors.New("the token's header says that it is a token of another kind")
	}
	id, ok := t.Header["kid"].(string)
	if !ok {
		return nil, errors.New("the token's header names no key")
	}
	k, err := v.keys.find(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if k.algorithm != "" && k.algorithm != t.Method.Alg() {
		return nil, errors.New("the token's header names another algorithm than its key is for")
	}
	return k.public, nil
}

// isAccessToken keeps out what issuers sign for other ends with the same keys, such as "logout+jwt". Many leave the type out.
// https://www.rfc-editor.org/rfc/rfc8725#section-3.11, https://www.rfc-editor.org/rfc/rfc9068#section-2.1
func isAccessToken(kind any) bool {
	if kind == nil {
		return true
	}
	text, _ := kind.(string)
	switch strings.TrimPrefix(strings.ToLower(text), "application/") {
	case "jwt", "at+jwt":
		return true
	}
	return false
}

// claimSet reads the claims of a token that was verified, and checks whom it is for.
func (v *Verifier) claimSet(claims jwt.MapClaims) (fn.ClaimSet, error) {
	set := fn.ClaimSet{Issuer: v.Issuer, All: claims}
	var err error
	if set.Subject, err = claims.GetSubject(); err != nil {
		return fn.ClaimSet{}, err
	}
	if set.Audience, err = audience(claims); err != nil {
		return fn.ClaimSet{}, err
	}
	if !slices.ContainsFunc(set.Audience, func(a string) bool { return a != "" && slices.Contains(v.Audience, a) }) {
		return fn.ClaimSet{}, errors.New("the token is for another audience")
	}
	if set.Scopes, err = scopes(claims); err != nil {
		return fn.ClaimSet{}, err
	}
	expires, err := claims.GetExpirationTime()
	if err != nil {
		return fn.ClaimSet{}, err
	}
	set.Expires = expires.UTC()
	return set, nil
}

// audience is whom a token is for. As with API Gateway client_id counts where there is no aud: Amazon Cognito's access tokens have no
// other. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func audience(claims jwt.MapClaims) ([]string, error) {
	if _, ok := claims["aud"]; ok {
		return claims.GetAudience()
	}
	if client, ok := claims["client_id"].(string); ok {
		return []string{client}, nil
	}
	return nil, nil
}

// scopes are what a token grants: in scope, as https://www.rfc-editor.org/rfc/rfc8693#section-4.2 has it, or in scp, as others do, each
// of them a text with spaces or a list.
func scopes(claims jwt.MapClaims) ([]string, error) {
	for _, name := range []string{"scope", "scp"} {
		switch value := claims[name].(type) {
		case nil:
			continue
		case string:
			return strings.Fields(value), nil
		case []any:
			granted := make([]string, len(value))
			for i, v := range value {
				text, ok := v.(string)
				if !ok {
					return nil, fmt.Errorf("the token's %s has what is no text", name)
				}
				granted[i] = text
			}
			return granted, nil
		default:
			return nil, fmt.Errorf("the token's %s is neither a text nor a list", name)
		}
	}
	return nil, nil
}
