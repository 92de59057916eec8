package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// Authorizer verifies the tokens of an issuer.
type Authorizer interface {
	// Authorize returns what a bearer token says, when it is to be trusted. Its error says why it is not, in words for the log, which
	// hold nothing of the token; one that wraps ErrUnavailable says that nobody can tell at the moment.
	Authorize(ctx context.Context, token string) (fn.ClaimSet, error)
}

// ErrUnavailable is what an Authorizer's error wraps when the token may be a good one, and cannot be verified.
var ErrUnavailable = errors.New("tokens cannot be verified at the moment")

// Require has requests carry a token of an issuer, by its name among the app's Authorizers, which grants every one of the scopes.
func (h Handler) Require(issuer string, scopes ...string) Handler {
	h.issuer, h.scopes = issuer, scopes
	return h
}

// guard returns the function's handler, behind the check of the token that it requires.
func (a *App) guard(f *Function) http.HandlerFunc {
	h := f.Handler
	if h.issuer == "" {
		return h.http
	}
	authorizer := a.Authorizers[h.issuer]
	return func(w http.ResponseWriter, r *http.Request) {
		claims, refused := authorize(r, authorizer, h.scopes)
		if refused == nil {
			h.http(w, r.WithContext(fn.WithClaims(r.Context(), claims)))
			return
		}
		level := slog.LevelInfo
		if refused.status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		slog.LogAttrs(r.Context(), level, "request refused", slog.Int("status", refused.status), slog.String("reason", refused.reason.Error()))
		if refused.status < http.StatusInternalServerError {
			w.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer realm=%q%s", a.Name, refused.challenge))
		}
		fail(w, refused.status)
	}
}

// refusal is the answer to a request whose token does not do. The challenge is what it tells the client beyond the status.
// https://www.rfc-editor.org/rfc/rfc6750#section-3
type refusal struct {
	status    int
	challenge string
	reason    error
}

func authorize(r *http.Request, authorizer Authorizer, scopes []string) (fn.ClaimSet, *refusal) {
	if authorizer == nil {
		return fn.ClaimSet{}, &refusal{http.StatusInternalServerError, "", errors.New("the app does not know the issuer that the route requires")}
	}
	token, ok := bearer(r.Header)
	if !ok {
		return fn.ClaimSet{}, &refusal{http.StatusUnauthorized, "", errors.New("it carries no bearer token")}
	}
	claims, err := authorizer.Authorize(r.Context(), token)
	switch {
	case errors.Is(err, ErrUnavailable):
		return fn.ClaimSet{}, &refusal{http.StatusServiceUnavailable, "", err}
	case err != nil:
		return fn.ClaimSet{}, &refusal{http.StatusUnauthorized, `, error="invalid_token"`, err}
	}
	for _, scope := range scopes {
		if !slices.Contains(claims.Scopes, scope) {
			challenge := fmt.Sprintf(`, error="insufficient_scope", scope=%q`, strings.Join(scopes, " "))
			return fn.ClaimSet{}, &refusal{http.StatusForbidden, challenge, fmt.Errorf("the token does not grant the scope %q", scope)}
		}
	}
	return claims, nil
}

// bearer returns the token of a request. A header that comes twice is joined first, as clouds do that hand over one value.
func bearer(h http.Header) (token string, ok bool) {
	scheme, token, _ := strings.Cut(strings.Join(h.Values("Authorization"), ","), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}
