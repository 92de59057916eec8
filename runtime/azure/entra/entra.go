// Package entra verifies who calls an app's tasks on Azure: workflows, each as an identity of its own. Only an app with tasks links it.
//
// A function app's HTTP endpoints can be reached by anybody. A workflow carries a token of Microsoft Entra for its managed identity, and
// the runtime looks at the token's signature, its issuer, its audience, and whose it is.
// https://learn.microsoft.com/azure/logic-apps/authenticate-with-managed-identity
package entra

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/jwt"
)

// The environment variables that say whose tokens are good. A template sets all three.
const (
	// IssuerVariable is the issuer's URL: https://sts.windows.net/{tenant}/, or https://login.microsoftonline.com/{tenant}/v2.0.
	IssuerVariable = "ISOBAR_TASK_ISSUER"
	// AudienceVariable is whom tokens must be for.
	AudienceVariable = "ISOBAR_TASK_AUDIENCE"
	// CallersVariable has the object IDs of the identities that may call, with commas between them.
	CallersVariable = "ISOBAR_TASK_CALLERS"
)

// Callers returns what verifies the tokens of who calls tasks, as the environment says. Where it does not say, no token is good.
func Callers() app.Authorizer { return New(os.Getenv, nil) }

// New returns what Callers does, for an environment; transport fetches the issuer's keys, and may be nil.
func New(getenv func(string) string, transport http.RoundTripper) app.Authorizer {
	var identities []string
	for id := range strings.SplitSeq(getenv(CallersVariable), ",") {
		if id = strings.TrimSpace(id); id != "" {
			identities = append(identities, id)
		}
	}
	issuer, audience := getenv(IssuerVariable), getenv(AudienceVariable)
	if issuer == "" || audience == "" || len(identities) == 0 {
		return unknown{}
	}
	return callers{&jwt.Verifier{Issuer: issuer, Audience: []string{audience}, Transport: transport}, identities}
}

// unknown stands where nothing says who may call.
type unknown struct{}

func (unknown) Authorize(context.Context, string) (fn.ClaimSet, error) {
	return fn.ClaimSet{}, fmt.Errorf("%s, %s or %s is not set: %w", IssuerVariable, AudienceVariable, CallersVariable, app.ErrUnavailable)
}

// callers are some identities of one tenant.
type callers struct {
	verifier   *jwt.Verifier
	identities []string
}

// Authorize implements app.Authorizer. The claim oid is the object ID of an identity, which is never used again for another.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func (c callers) Authorize(ctx context.Context, token string) (fn.ClaimSet, error) {
	claims, err := c.verifier.Authorize(ctx, token)
	if err != nil {
		return fn.ClaimSet{}, err
	}
	if id, ok := claims.All["oid"].(string); !ok || !slices.Contains(c.identities, id) {
		return fn.ClaimSet{}, errors.New("the token is of an identity that may not call tasks")
	}
	return claims, nil
}
