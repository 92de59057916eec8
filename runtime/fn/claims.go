package fn

import (
	"context"
	"time"
)

// ClaimSet is what the token of a request says, once it has been verified: the claims of a JSON Web Token
// (https://www.rfc-editor.org/rfc/rfc7519#section-4).
type ClaimSet struct {
	// Issuer is who says it, and Subject about whom: the two together name a user.
	Issuer, Subject string
	// Audience is whom the token is for. The app is one of them.
	Audience []string
	// Scopes are what the token grants.
	Scopes []string
	// Expires is when the token ends to be valid.
	Expires time.Time
	// All are all claims by their names, those above included. Numbers are json.Number, so that none loses digits.
	All map[string]any
}

type claimsKey struct{}

// Claims returns what the token of the request says that ctx is of. It is the zero ClaimSet for a route that asks for no token.
func Claims(ctx context.Context) ClaimSet {
	c, _ := ctx.Value(claimsKey{}).(ClaimSet)
	return c
}

// WithClaims returns a context with what a token says. The runtime calls it; a handler's test does, to be somebody.
func WithClaims(ctx context.Context, c ClaimSet) context.Context {
	return context.WithValue(ctx, claimsKey{}, c)
}
